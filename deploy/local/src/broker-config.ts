import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { BROKER_USERS, type BrokerUser } from './keys.ts';
import { Problem } from './problem.ts';

const MB = 1024 * 1024;
const STORE_BYTES_MAX = 2048 * MB;
const STORE_BYTES_MIN = 256 * MB;

/** What a NATS user may do, as `@switchboard/messaging` states it. */
export interface Permissions {
  publish: { allow: readonly string[] };
  subscribe: { allow: readonly string[] };
  allow_responses?: unknown;
}

/**
 * How much the broker may store: a part of what is free, since nats-server 2.9 deadlocks on a full disk.
 * @throws {Problem} when there is next to nothing
 */
export async function storeBytesMax(dataDir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dataDir);
  const share = Math.floor((bavail * bsize) / 2);
  if (share < STORE_BYTES_MIN) {
    throw new Problem(
      `The disk of ${dataDir} is nearly full: ${Math.floor((bavail * bsize) / MB)} MB free, ${(STORE_BYTES_MIN * 2) / MB} MB needed.`,
    );
  }
  return Math.min(STORE_BYTES_MAX, share);
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
