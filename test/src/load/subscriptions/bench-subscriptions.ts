import { parseArgs } from 'node:util';
import { type House, startHouse } from '../../house/start-house.ts';
import { until } from '../../house/until.ts';
import { type BenchWorkspace, makeWorkspace } from '../bench-workspace.ts';
import { cpuMs } from '../cpu-cost.ts';
import { partsIn, residentMiB } from '../parts.ts';
import { percentile } from '../percentile.ts';
import { Crowd } from './crowd.ts';

/** One crowd's figures. */
interface CrowdFigures {
  readonly clients: number;
  readonly callers: number;
  readonly values: number;
  readonly lost: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
  /** The gateway's resident memory, per client, once all are there. */
  readonly kibPerClient: number;
  readonly gatewayMiB: number;
  /** The gateway's processor time per value told, texts included. Linux only. */
  readonly cpuMsPerValue: number | null;
}

export type SubscriptionFigures = Readonly<Record<'oneCaller' | 'manyCallers', CrowdFigures>>;

const TEXTS_A_SECOND = 2;
/** Queued, sent and delivered: what each text makes known. */
const VALUES_PER_TEXT = 3;
const CALLERS = '10';
const TOLD_MS = 60_000;
const ALL = '100000';

const HELP = `npm run bench -- subscriptions [--clients 1000] [--seconds 10] [--callers 10]

Starts an installation of its own, joins that many subscribers over graphql-transport-ws to its one gateway, sends
${TEXTS_A_SECOND} texts a second, and measures how long after a fact was stated each subscriber had it, with what it selected
fetched anew; and what a subscriber costs in memory. Once with all subscribers of one caller, who share what is fetched,
and once with several, each of whom costs the services a query per event. The last line is one JSON object.`;

/** @throws Error when the installation does not start, or subscribers are not told. */
export async function benchSubscriptions(
  args: readonly string[],
  say: (line: string) => void,
): Promise<SubscriptionFigures> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      clients: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '10' },
      callers: { type: 'string', default: CALLERS },
    },
  });
  const [clients, texts] = [Number(values.clients), Math.ceil(Number(values.seconds) * TEXTS_A_SECOND)];
  const callers = Number(values.callers);
  if (!(clients >= 1 && texts >= 1 && callers >= 1)) throw new Error(HELP);
  say('a start, and a workspace');
  const house = await startHouse({
    GATEWAY_STREAMS_MAX: ALL,
    GATEWAY_STREAMS_PER_ADDRESS_MAX: ALL,
    GATEWAY_STREAMS_PER_CALLER_MAX: ALL,
  });
  try {
    const workspace = await makeWorkspace(house);
    const run = (credentials: readonly string[], callers: number) =>
      measureCrowd(house, workspace, { credentials, callers, texts });
    say(`${clients} subscribers of one caller`);
    const one = await run(Array(clients).fill(workspace.credential), 1);
    say(`${clients} subscribers of ${callers} callers`);
    const keys = await makeKeys(workspace, callers);
    const many = await run(
      Array.from({ length: clients }, (_, index) => keys[index % keys.length] ?? ''),
      keys.length,
    );
    return { oneCaller: one, manyCallers: many };
  } finally {
    await house.stop();
  }
}

async function measureCrowd(
  house: House,
  workspace: BenchWorkspace,
  how: { readonly credentials: readonly string[]; readonly callers: number; readonly texts: number },
): Promise<CrowdFigures> {
  const { credentials, callers, texts } = how;
  const gateway = partsIn(house.startOutput).find(({ name }) => name === 'gateway');
  if (!gateway) throw new Error('the runner names no gateway');
  const crowd = new Crowd(house.url);
  const before = residentMiB(gateway.pid) ?? Number.NaN;
  await crowd.join(credentials);
  // One text until everybody is told: from then on all streams are open.
  await sendText(workspace, `first-${callers}`);
  await untilTold(crowd, credentials.length * VALUES_PER_TEXT);
  crowd.take();
  const cpuBefore = cpuMs(gateway);
  const startedAt = performance.now();
  for (let sent = 0; sent < texts; sent += 1) {
    const dueMs = (sent * 1_000) / TEXTS_A_SECOND - (performance.now() - startedAt);
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    await sendText(workspace, `${callers}-${sent}`);
  }
  await untilTold(crowd, texts * credentials.length * VALUES_PER_TEXT);
  const latencies = crowd.take();
  const after = residentMiB(gateway.pid) ?? Number.NaN;
  const cpuPerValue = (cpuMs(gateway) - cpuBefore) / latencies.length;
  const lost = crowd.lost;
  await crowd.leave();
  return {
    clients: credentials.length,
    callers,
    values: latencies.length,
    lost,
    p50Ms: percentile(latencies, 0.5) ?? null,
    p99Ms: percentile(latencies, 0.99) ?? null,
    maxMs: percentile(latencies, 1) ?? null,
    kibPerClient: Math.round(((after - before) * 1_024) / credentials.length),
    gatewayMiB: Math.round(after),
    cpuMsPerValue: Number.isNaN(cpuPerValue) ? null : Number(cpuPerValue.toFixed(3)),
  };
}

function untilTold(crowd: Crowd, values: number): Promise<unknown> {
  return until(`${values} values to be told`, async () => crowd.told >= values, TOLD_MS);
}

async function sendText({ owner, customer }: BenchWorkspace, idempotencyKey: string): Promise<void> {
  await owner.call(
    'mutation ($input: SmsSendInput!) { smsSend(input: $input) { sms { id } userErrors { code } } }',
    { input: { idempotencyKey: `streams-${idempotencyKey}`, to: customer.phone, body: 'Hello' } },
  );
}

async function makeKeys({ owner }: BenchWorkspace, wanted: number): Promise<string[]> {
  const keys: string[] = [];
  for (let count = 0; count < wanted; count += 1) {
    const { apiKeyCreate } = await owner.call<{ apiKeyCreate: { secret: string } }>(
      'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { secret userErrors { code message } } }',
      { input: { name: `Subscriber ${count}`, scopes: ['telephony:read'], mode: 'TEST' } },
    );
    keys.push(apiKeyCreate.secret);
  }
  return keys;
}
