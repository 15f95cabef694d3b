import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { BROKER_USERS, type BrokerUser } from './keys.ts';
import { Problem } from './problem.ts';

const MB = 1024 * 1024;
const STORE_BYTES_MAX = 2048 * MB;
const FREE_BYTES_MIN = 512 * MB;

/** What a NATS user may do, as `@switchboard/messaging` states it. */
export interface Permissions {
  publish: { allow: readonly string[] };
  subscribe: { allow: readonly string[] };
  allow_responses?: unknown;
}

/** Where the runner keeps the broker's configuration. */
export function brokerConfigFile(dataDir: string): string {
  return join(dataDir, 'broker.json');
}

/**
 * How much the broker may store: half of what is free at the first start, since nats-server 2.9 deadlocks on a full
 * disk. Later starts keep the number: a server given less than a stream has reserved leaves that stream out (measured).
 * @throws {Problem} when there is next to nothing free
 */
export async function storeBytesMax(dataDir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  if (free < FREE_BYTES_MIN) {
    const [has, needs] = [free, FREE_BYTES_MIN].map((bytes) => `${Math.floor(bytes / MB)} MB`);
    throw new Problem(`The disk of ${dataDir} is nearly full: ${has} free, ${needs} needed.`);
  }
  return (await earlierLimit(dataDir)) ?? Math.min(STORE_BYTES_MAX, Math.floor(free / 2));
}

async function earlierLimit(dataDir: string): Promise<number | undefined> {
  try {
    const limit = JSON.parse(await readFile(brokerConfigFile(dataDir), 'utf8')).jetstream.max_file_store;
    return Number.isSafeInteger(limit) && limit > 0 ? limit : undefined;
  } catch {
    return undefined;
  }
}

/** The broker's configuration file (nats-server reads JSON): loopback only, one user per process, nothing anonymous. */
export function brokerConfig(options: {
  port: number;
  dataDir: string;
  storeBytesMax: number;
  passwords: Record<BrokerUser, string>;
  permissions: Record<string, Permissions>;
}): string {
  const users = BROKER_USERS.map((user) => {
    const permissions = options.permissions[user];
    if (permissions === undefined) throw new Error(`no broker permissions are stated for ${user}`);
    return { user, password: options.passwords[user], permissions };
  });
  const config = {
    host: '127.0.0.1',
    port: options.port,
    server_name: 'switchboard-local',
    pid_file: join(options.dataDir, 'nats-server.pid'),
    jetstream: {
      store_dir: join(options.dataDir, 'nats'),
      max_memory_store: 64 * MB,
      max_file_store: options.storeBytesMax,
    },
    authorization: { timeout: 5, users },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
