import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '@switchboard/observability';
import type { Credential, ProviderCall } from '@switchboard/providers';
import { type Sandbox, sandboxAccounts, startSandbox } from '@switchboard/vendor-sandbox';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Judge, specsFolder, startJudge, type Verdict } from './judge.ts';
import { normalise, type RecordedRequest } from './normal-form.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { type Watched, watchProvider } from './watched-provider.ts';

const UPDATES = process.env.UPDATE_CONTRACTS === '1';
const ROOT = join(import.meta.dirname, '..', '..');

/** The judge's words for a path it knows nothing of. */
const NOT_SPECIFIED = 'path no such path in spec';

/** What a vendor's contract test does with the provider. */
export interface Play<P> {
  readonly provider: P;
  /** A call with an idempotency key of its own. */
  call(idempotencyKey: string): ProviderCall;
  /** Gives a value that differs from run to run a name in the record, and hands it back. */
  name(value: string, name: string): string;
  /** Has the sandbox play the outside world, such as a customer who approves. */
  simulate(what: string, input: object): Promise<void>;
}

export interface Contract<P> {
  readonly vendor: Exclude<keyof typeof sandboxAccounts, 'smtp'>;
  readonly provider: P;
  /** Operations that send nothing. */
  readonly asksNobody?: readonly string[];
  /** Operations that the vendor documents on its pages, and not in the specification it publishes. */
  readonly unspecified?: readonly string[];
  /** Uses every operation of the provider once at least. */
  play(play: Play<P>): Promise<void>;
}

type Recorded = RecordedRequest & { readonly verdict: Verdict };

/**
 * Holds a provider to its vendor's contract: what it sends is compared with the committed record, and judged by
 * the vendor's specification where VENDOR_SPECS_DIR says where it is. `UPDATE_CONTRACTS=1` writes the record anew.
 */
export function holdToContract<P extends object>(contract: Contract<P>): void {
  const { vendor } = contract;
  const file = join(import.meta.dirname, 'recorded', `${vendor}.json`);

  describe(`what we send to ${vendor}`, () => {
    let sandbox: Sandbox;
    let recorder: Recorder;
    let watched: Watched<P>;
    let sent: RecordedRequest[];

    beforeAll(async () => {
      sandbox = await startSandbox({ publicUrl: 'http://127.0.0.1:9' });
      recorder = await startRecorder(`${sandbox.url}/${vendor}`);
      watched = watchProvider(contract.provider, recorder);
      const names = new Map<string, string>();
      await contract.play({
        provider: watched.provider,
        call: (idempotencyKey) => ({
          credential: credentialFor(vendor, recorder.url),
          idempotencyKey,
          signal: new AbortController().signal,
        }),
        name(value, name) {
          names.set(value, `<${name}>`);
          return value;
        },
        async simulate(what, input) {
          const { statusCode, body } = await request(`${sandbox.url}/control/simulate/${vendor}/${what}`, {
            method: 'POST',
            body: JSON.stringify(input),
          });
          if (statusCode !== 200) throw new Error(`${what}: ${await body.text()}`);
          await body.dump();
        },
      });
      sent = recorder.requests.map((one) => normalise(one, names));
    });
    afterAll(async () => {
      await recorder?.close();
      await sandbox?.close();
    });

    it('covers every operation of the provider', () => {
      const left = watched.operations.filter((operation) => !watched.called.has(operation));
      expect(left.filter((operation) => !contract.asksNobody?.includes(operation))).toEqual([]);
    });

    it.skipIf(UPDATES)('is what the committed record says', () => {
      const recorded = readRecord(file).map(({ verdict: _verdict, ...one }) => one);
      expect(sent).toEqual(recorded);
      expect(readRecord(file).filter(({ verdict }) => !verdict.ok)).toEqual([]);
    });

    if (!specsFolder) console.log(`skipped: VENDOR_SPECS_DIR is not set, so ${vendor} is compared only`);
    it.skipIf(!specsFolder)("keeps to the vendor's specification", { timeout: 60_000 }, async () => {
      const judge = await startJudge(specsFolder ?? '', vendor);
      const judged = await judgeAll(judge, recorder, sent, contract.unspecified ?? [])
        .then(async (verdicts) => {
          await expectJudgement(judge, recorder);
          return verdicts;
        })
        .finally(() => judge.close());
      expect(judged.filter(({ verdict }) => verdict.violations.length > 0)).toEqual([]);
      if (UPDATES) writeRecord(file, judged);
      else expect(judged).toEqual(readRecord(file));
    });
  });
}

function credentialFor(vendor: Contract<object>['vendor'], baseUrl: string): Credential {
  const secrets = Object.entries(sandboxAccounts[vendor])
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .map(([name, value]) => [name, new Secret(value)] as const);
  return {
    connectionId: 'con_contract',
    owner: 'PLATFORM',
    workspaceId: undefined,
    userId: undefined,
    sandbox: true,
    baseUrl,
    secrets: Object.fromEntries(secrets),
  };
}

async function judgeAll(
  judge: Judge,
  recorder: Recorder,
  sent: readonly RecordedRequest[],
  unspecified: readonly string[],
) {
  const judged: Recorded[] = [];
  for (const [index, one] of sent.entries()) {
    const raw = recorder.requests[index];
    if (!raw) continue;
    const verdict = await judge.judge(raw);
    const isExempt = unspecified.includes(one.operation) && verdict.violations.join() === NOT_SPECIFIED;
    judged.push({
      ...one,
      verdict: isExempt ? { ok: true, violations: [], warnings: [NOT_SPECIFIED] } : verdict,
    });
  }
  return judged;
}

/** A judge that accepts anything would keep every contract: what no vendor takes must be refused. */
async function expectJudgement(judge: Judge, recorder: Recorder): Promise<void> {
  const [sent] = recorder.requests
    .filter(({ method, body }) => method === 'POST' && body.length > 0)
    .slice(-1);
  if (!sent) throw new Error('nothing with a body was sent');
  const strangePath = await judge.judge({ ...sent, path: '/no/such/path' });
  const headers = { ...sent.headers, 'content-type': 'text/csv' };
  const strangeBody = await judge.judge({ ...sent, headers });
  expect([strangePath.ok, strangeBody.ok]).toEqual([false, false]);
}

function readRecord(file: string): Recorded[] {
  return JSON.parse(readFileSync(file, 'utf8')) as Recorded[];
}

function writeRecord(file: string, judged: readonly Recorded[]): void {
  writeFileSync(file, JSON.stringify(judged, null, 2));
  const { status, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/biome'), ['format', '--write', file], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}
