import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findNatsServer, NatsServerMissing } from '../../../scripts/nats-server.mjs';
import { brokerConfig, brokerConfigFile, type Permissions } from './broker-config.ts';
import type { House, StartReport } from './house.ts';
import type { Keys } from './keys.ts';
import { Problem } from './problem.ts';
import { waitUntilGreeted } from './ready.ts';
import type { Terminal } from './terminal.ts';

const READY_MS = 20_000;

/** What a broker of the house's own is made from. */
export interface BrokerOptions {
  dataDir: string;
  port: number;
  keys: Keys;
  permissions: Record<string, Permissions>;
  /** What JetStream may keep on disk. */
  storeBytesMax: number;
  terminal: Terminal;
  /** The runner's own environment, for PATH. */
  env: NodeJS.ProcessEnv;
}

/** Writes the configuration, starts nats-server and waits for its greeting. @throws {Problem} */
export async function startBroker(house: House, options: BrokerOptions): Promise<StartReport> {
  const { dataDir, port, keys, permissions } = options;
  const natsServer = await find(options, house.stopping);
  const configFile = brokerConfigFile(dataDir);
  const config = brokerConfig({
    port,
    dataDir,
    storeBytesMax: options.storeBytesMax,
    passwords: keys.brokerPasswords,
    permissions,
  });
  await writeFile(`${configFile}.new`, config, { mode: 0o600 });
  await rename(`${configFile}.new`, configFile);

  const startedAt = performance.now();
  // nats-server is the watchdog's child: noted by itself, for the day when both watchers are killed.
  const greeted = async () => {
    const reason = await waitUntilGreeted(port, READY_MS, house.stopping);
    const pid = reason === undefined ? await readPid(dataDir) : undefined;
    if (pid !== undefined) await house.notePid(pid);
    return { reason, pid };
  };
  const first = new Promise<{ reason: string | undefined; pid: number | undefined }>((resolve, reject) => {
    house.startBroker(natsServer, configFile, () => greeted().then(resolve, reject));
  });
  const { reason, pid } = await Promise.race([first, house.failed]);
  if (reason !== undefined) {
    throw new Problem(`The broker does not start (${reason}); see ${join(dataDir, 'logs', 'broker.log')}`);
  }
  const readyMs = performance.now() - startedAt;
  return { name: 'broker', url: `nats://127.0.0.1:${port}`, pid, readyMs };
}

async function find({ dataDir, env, terminal }: BrokerOptions, signal: AbortSignal): Promise<string> {
  try {
    return await findNatsServer({ dataDir, env, signal, announce: (line) => terminal.say(line) });
  } catch (failure) {
    throw failure instanceof NatsServerMissing ? new Problem(failure.message) : failure;
  }
}

/** nats-server writes it once it listens. */
async function readPid(dataDir: string): Promise<number | undefined> {
  const pid = Number(await readFile(join(dataDir, 'nats-server.pid'), 'utf8').catch(() => ''));
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}
