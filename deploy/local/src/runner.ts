import { enableCompileCache } from 'node:module';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { startBroker } from './broker.ts';
import { type Permissions, storeBytesMax } from './broker-config.ts';
import { markDataFolder, openDataFolder } from './data-folder.ts';
import { passwordVariable } from './environment.ts';
import { House, type StartReport } from './house.ts';
import { type BrokerUser, type Keys, loadKeys } from './keys.ts';
import { chosenFolders, type Part, partsOf } from './parts.ts';
import { requireFreePorts } from './port-check.ts';
import { type Ports, portsFrom } from './ports.ts';
import { sayReady } from './ready-message.ts';
import { takeRunFile } from './run-file.ts';
import { compileCacheOf, type Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** One more than there are cores, since a start also waits for disk and broker; more makes none ready earlier. */
const STARTING_AT_ONCE = availableParallelism() + 1;

const TIDY_MS = 1000;

/** What the runner needs to know about the broker, which `@switchboard/messaging` owns. */
export interface BrokerSetup {
  permissions(): Promise<Record<string, Permissions>>;
  /** Makes the stream and the consumers; the size is left to the default on a broker of the person's own. */
  provision(options: { url: string; password: string; streamBytesMax: number | undefined }): Promise<void>;
}

/** What to run, and who says when it is over. */
export interface HouseOptions {
  settings: Settings;
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
  brokerSetup: BrokerSetup;
  /** Aborted: end everything in order. */
  stop: AbortSignal;
  /** Aborted: end everything at once. */
  hurry: AbortSignal;
  /** Called when everything has started; what it returns is awaited before the end. */
  onStarted?: (house: House) => Promise<void>;
}

/**
 * Starts the house and keeps it until `stop`; nothing it started is left when it returns.
 * @throws {Problem}
 */
export async function runHouse(options: HouseOptions): Promise<void> {
  const { settings, terminal, stop, hurry } = options;
  chosenFolders(settings.parts);
  const { isNew } = await openDataFolder(settings.dataDir);
  const runFile = await takeRunFile(settings.dataDir);
  const house = new House(settings.dataDir, terminal, runFile);
  hurry.addEventListener('abort', () => house.kill());
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve());
  });
  const started = startHouse(house, options, isNew).then(() => options.onStarted?.(house));
  try {
    await Promise.race([stopped, house.failed, started.then(() => stopped)]);
  } finally {
    if (stop.aborted) terminal.say('Stopping …');
    await house.stop();
    // What was under way when the stop came tidies up after itself.
    await Promise.race([started.catch(() => {}), delay(TIDY_MS, undefined, { ref: false })]);
    await runFile.release();
  }
}

async function startHouse(house: House, options: HouseOptions, isNew: boolean): Promise<void> {
  const { settings, env, terminal, brokerSetup } = options;
  const { dataDir, natsUrl: ownBroker } = settings;
  const ports = portsFrom(settings.portBase);
  await requireFreePorts(doorsOf(settings, ports));
  const keys = withOwnPasswords(await loadKeys(dataDir, { isNew }), env);
  if (isNew) await markDataFolder(dataDir);
  enableCompileCache(compileCacheOf(settings));

  const url = ownBroker ?? `nats://127.0.0.1:${ports.broker}`;
  const parts = partsOf({ settings, ports, keys, natsUrl: url, env });
  terminal.say(`Starting Switchboard: ${parts.map(({ name }) => name).join(', ')} …`);

  const reports: StartReport[] = [];
  let streamBytesMax: number | undefined;
  if (ownBroker === undefined) {
    const [permissions, bytes] = await Promise.all([brokerSetup.permissions(), storeBytesMax(dataDir)]);
    const options = { dataDir, port: ports.broker, keys, permissions, storeBytesMax: bytes, terminal, env };
    reports.push(await startBroker(house, options));
    streamBytesMax = Math.floor(bytes / 2);
  }
  await brokerSetup.provision({ url, password: keys.brokerPasswords.provisioner, streamBytesMax });
  reports.push(...(await startParts(house, parts)));
  if (house.stopping.aborted) return;
  house.settle();
  sayReady(terminal, settings, ports, reports);
}

/** The house's doors, without those of parts that were not asked for. */
function doorsOf(settings: Settings, ports: Ports): { name: string; port: number }[] {
  const parts = chosenFolders(settings.parts).map(([name]) => ({ name, port: ports[name] }));
  const hasSandbox = parts.some(({ name }) => name === 'sandbox');
  return [
    ...parts,
    ...(hasSandbox
      ? [
          { name: 'sandbox SMTP', port: ports.sandboxSmtp },
          { name: 'sandbox IMAP', port: ports.sandboxImap },
        ]
      : []),
    ...(settings.natsUrl ? [] : [{ name: 'broker', port: ports.broker }]),
  ];
}

/** A broker of the person's own has passwords of its own. */
function withOwnPasswords(keys: Keys, env: NodeJS.ProcessEnv): Keys {
  const users = Object.entries(keys.brokerPasswords) as [BrokerUser, string][];
  const own = users.map(([user, password]) => [user, env[passwordVariable(user)] ?? password]);
  return { ...keys, brokerPasswords: Object.fromEntries(own) };
}

/** A few at a time, in the given order; reports come in that order too. */
async function startParts(house: House, parts: Part[]): Promise<StartReport[]> {
  const reports = new Map<string, StartReport>();
  const waiting = [...parts];
  const worker = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      if (house.stopping.aborted) return;
      reports.set(part.name, await house.startPart(part));
    }
  };
  await Promise.all(Array.from({ length: STARTING_AT_ONCE }, worker));
  return parts.flatMap(({ name }) => reports.get(name) ?? []);
}
