import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Broker, RpcClient } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { requireDataFolder } from './data-folder.ts';
import { passwordVariable } from './environment.ts';
import { loadKeys } from './keys.ts';
import { portsFrom } from './ports.ts';
import { Problem } from './problem.ts';
import { readSettings } from './settings.ts';

const CONNECT_MS = 5000;

/** A connection of the operator's commands. */
export interface OpsConnection {
  rpc: RpcClient;
  broker: Broker;
  close(): Promise<void>;
}

/**
 * Connects as the user `ops`, to the broker of DATA_DIR and PORT_BASE, or to NATS_URL with OPS_NATS_PASSWORD.
 * @throws {Problem} when no broker is there
 */
export async function connectAsOps(env: NodeJS.ProcessEnv): Promise<OpsConnection> {
  const settings = readSettings(env, fileURLToPath(new URL('../../..', import.meta.url)));
  const url = settings.natsUrl ?? `nats://127.0.0.1:${portsFrom(settings.portBase).broker}`;
  const password = env[passwordVariable('ops')] ?? (await passwordFrom(settings.dataDir));
  const { hostname, port } = new URL(url.split(',')[0] ?? url);
  if (!(await answers(hostname, Number(port || 4222)))) {
    throw new Problem(
      `No broker answers at ${url}. Is Switchboard running (npm start), with this PORT_BASE?`,
    );
  }
  const logger = createLogger('ops', { level: 'silent' });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const line = `The broker at ${url} does not let the user ops in. Is DATA_DIR (or OPS_NATS_PASSWORD) the right one?`;
    timer = setTimeout(() => reject(new Problem(line)), CONNECT_MS);
  });
  const broker = await Promise.race([Broker.connect({ url, user: 'ops', password, logger }), late]).finally(
    () => clearTimeout(timer),
  );
  return { rpc: new RpcClient(broker), broker, close: () => broker.close() };
}

async function passwordFrom(dataDir: string): Promise<string> {
  await requireDataFolder(dataDir);
  return (await loadKeys(dataDir, { isNew: false })).brokerPasswords.ops;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}
