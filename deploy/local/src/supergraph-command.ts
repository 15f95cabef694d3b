import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brokenLines, checkSupergraph, composeSupergraph } from '@switchboard/composition/compose';
import { type RecordedOperation, readOperation } from '@switchboard/composition/operations';
import { FolderStore, supergraphHash } from '@switchboard/composition/store';
import { readOperationsSeen } from '@switchboard/messaging';
import { connectAsOps } from './ops-connection.ts';
import { Problem } from './problem.ts';
import { readSettings } from './settings.ts';
import { committedSubgraphs, readSubgraph } from './subgraph-sdl.ts';
import { readSupergraphRequest, type SupergraphRequest } from './supergraph-request.ts';

const HELP = `npm run supergraph -- check    [--subgraph <name>=<file|url> …] [--against <folder|file>]
npm run supergraph -- publish  [--subgraph <name>=<file|url> …] --folder <folder>
npm run supergraph -- rollback --folder <folder> [--to <version>]
npm run supergraph -- operations

check composes the subgraphs and says what would break. publish does the same against the folder's current supergraph,
then writes the next version: <folder>/versions/<n>.graphql and <folder>/current, which gateways read
(GATEWAY_SUPERGRAPH_FILE). rollback makes an earlier version the current one: the one before, or that of --to.
operations prints what clients sent in the last 30 days, one a line.

  --subgraph <name>=<file|url>  a file with SDL, or a service that runs; by default services/*/schema.graphql
  --against <folder|file>       what is served now; without it nothing is compared
  --operations <file|nats>      what clients send: a file as "operations" prints it, or the broker
  --accept-breaking             goes on although clients break
  --json                        the result as JSON

The exit code is 0 when all is well, 1 when something is refused or cannot be done.
Variables: PORT_BASE and DATA_DIR as for npm start; or NATS_URL and OPS_NATS_PASSWORD. Services that run are asked with
SUPERGRAPH_CONTROLLER_PRIVATE_JWK, else with the gateway's key in DATA_DIR.`;

type CandidateRequest = Extract<SupergraphRequest, { kind: 'check' | 'publish' }>;

/** The result of a command, as `--json` prints it. */
interface Result {
  readonly ok: boolean;
  readonly version?: number;
  readonly hash?: string;
  readonly [more: string]: unknown;
}

/** Where a command's words go. */
export type Print = (text: string) => void;

/** Carries out one command. @returns the exit code. @throws {Problem} */
export async function supergraphCommand(
  args: string[],
  env: NodeJS.ProcessEnv,
  print: Print,
): Promise<number> {
  const request = readSupergraphRequest(args);
  if (request.kind === 'help') {
    print(HELP);
    return 0;
  }
  if (request.kind === 'operations') {
    for (const operation of await operationsOf('nats', env)) print(JSON.stringify(operation));
    return 0;
  }
  const tell = (result: Result, lines: string): number => {
    print(request.json ? JSON.stringify(result, undefined, 2) : lines);
    return result.ok ? 0 : 1;
  };
  if (request.kind === 'rollback') {
    const { version, hash } = await new FolderStore(request.folder).rollback(request.to);
    return tell({ ok: true, version, hash }, `Version ${version} is the current one again.`);
  }
  return candidate(request, env, tell);
}

type Tell = (result: Result, lines: string) => number;

async function candidate(request: CandidateRequest, env: NodeJS.ProcessEnv, tell: Tell): Promise<number> {
  const settings = readSettings(env, fileURLToPath(new URL('../../..', import.meta.url)));
  const subgraphs =
    request.subgraphs.length === 0
      ? committedSubgraphs(settings.root)
      : await Promise.all(request.subgraphs.map((place) => readSubgraph(place, env, settings)));
  const composition = composeSupergraph(subgraphs);
  if (!composition.ok) {
    const lines = composition.faults.map((fault) => `✗ ${fault}`);
    return tell({ ok: false, faults: composition.faults }, lines.join('\n'));
  }
  const sdl = composition.supergraphSdl;
  const hash = supergraphHash(sdl);
  const store = request.kind === 'publish' ? new FolderStore(request.folder) : undefined;
  const served = request.kind === 'check' ? await servedSdl(request.against) : (await store?.current())?.sdl;
  const { changes, broken, operations } = await checkSupergraph(sdl, served, () =>
    operationsOf(request.operations, env),
  );
  const ok = broken.length === 0 || request.acceptBreaking;
  const found = { hash, changes, broken, operations };
  const lines = [
    ...changes.map(({ severity, description }) => `${severity}: ${description}`),
    ...brokenLines(broken).map((line) => `✗ ${line}`),
  ];
  if (!ok) {
    const last = `Refused: ${broken.length} of ${operations} operations that clients send would break.`;
    return tell({ ok, ...found }, [...lines, last].join('\n'));
  }
  if (!store) {
    const last = `${subgraphs.length} subgraphs compose; nothing that clients send breaks.`;
    return tell({ ok, ...found }, [...lines, broken.length > 0 ? 'Accepted.' : last].join('\n'));
  }
  const current = await store.current();
  if (current?.hash === hash) {
    const last = `Version ${current.version} is this supergraph already.`;
    return tell({ ok, version: current.version, ...found }, last);
  }
  const { version } = await store.publish({ sdl });
  const last = `Version ${version} is the current one.`;
  return tell({ ok, version, ...found }, [...lines, last].join('\n'));
}

async function servedSdl(against: string | undefined): Promise<string | undefined> {
  if (against === undefined) return undefined;
  const place = await stat(against).catch(() => undefined);
  if (place === undefined) throw new Problem(`${against} does not exist.`);
  return place.isDirectory() ? (await new FolderStore(against).current())?.sdl : readFile(against, 'utf8');
}

/** @param place `nats` or a file. @throws {Problem} when nobody says what clients send, or it cannot be read. */
async function operationsOf(
  place: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<readonly RecordedOperation[]> {
  if (place === undefined) {
    throw new Problem('Something is taken away or changed: name what clients send with --operations.');
  }
  const texts = place === 'nats' ? await recordedOperations(env) : (await fileText(place)).split('\n');
  const written = texts.filter((text) => text.trim() !== '');
  const operations = written.flatMap((text) => readOperation(text) ?? []);
  if (operations.length === written.length) return operations;
  throw new Problem(
    `${place} holds lines that are no operations as "npm run supergraph -- operations" prints.`,
  );
}

async function recordedOperations(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const { broker, close } = await connectAsOps(env);
  return readOperationsSeen(broker).finally(close);
}

async function fileText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new Problem(`${file} cannot be read.`);
  });
}
