import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Broker, type BrokerPermissions, brokerPermissions, provisionBroker } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { findNatsServer } from '../../../scripts/nats-server.mjs';
import { freePort } from './free-port.ts';

/** The services of the house, as the broker knows them. */
export const SERVICES = ['auth', 'mail', 'telephony', 'billing', 'meetings', 'audit'] as const;

/** A real nats-server of one test, with the users and permissions of an installation. */
export interface TestBroker {
  readonly url: string;
  readonly port: number;
  /** The password of every user is its name: these brokers live for one test on loopback. */
  connect(user: string): Promise<Broker>;
  /** kill -9, then up again on the same port and data. */
  restart(): Promise<void>;
  /** kill -9 without coming back; `restart` brings it up. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts nats-server on a free port with JetStream and provisions stream and consumers.
 * @param options.services who gets a durable consumer; all by default.
 * @param options.users extra users beside the installation's.
 */
export async function startBroker(
  options: { services?: readonly string[]; users?: Readonly<Record<string, BrokerPermissions>> } = {},
): Promise<TestBroker> {
  const services = options.services ?? SERVICES;
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-nats-'));
  const port = await freePort();
  const config = join(folder, 'nats.conf');
  writeFileSync(config, configText(port, folder, { ...brokerPermissions(services), ...options.users }));
  const executable = await findNatsServer();
  const connections: Broker[] = [];
  let child = await launch(executable, config, port);

  const broker: TestBroker = {
    url: `nats://127.0.0.1:${port}`,
    port,
    async connect(user) {
      const logger = createLogger(`test-${user}`, { level: 'silent' });
      const connection = await Broker.connect({ url: broker.url, user, password: user, logger });
      connections.push(connection);
      return connection;
    },
    async kill() {
      await end(child, 'SIGKILL');
    },
    async restart() {
      await end(child, 'SIGKILL');
      child = await launch(executable, config, port);
    },
    async stop() {
      await Promise.all(connections.map((connection) => connection.close()));
      await end(child, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const provisioner = await broker.connect('provisioner');
  await provisionBroker(provisioner, { services });
  await provisioner.close();
  return broker;
}

function configText(
  port: number,
  folder: string,
  users: Readonly<Record<string, BrokerPermissions>>,
): string {
  const entries = Object.entries(users).map(([user, permissions]) => ({ user, password: user, permissions }));
  return [
    `listen: "127.0.0.1:${port}"`,
    `jetstream { store_dir: "${folder}/store", max_file_store: 2GB }`,
    // The server's configuration language reads JSON.
    `authorization: ${JSON.stringify({ users: entries })}`,
  ].join('\n');
}

function launch(executable: string, config: string, port: number): Promise<ChildProcess> {
  const child = spawn(executable, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr?.on('data', (chunk) => {
      log += chunk;
      if (log.includes('Server is ready')) resolve(child);
    });
    child.once('exit', (code) =>
      reject(new Error(`nats-server on ${port} ended with ${code}: ${log.slice(-2000)}`)),
    );
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exited;
}
