import { join, resolve } from 'node:path';
import { blockedPort, portsFrom } from './ports.ts';
import { Problem } from './problem.ts';

/** The highest port is the base plus this. */
const PORT_OFFSET_MAX = 20;
const PORT_BASE_MIN = 1024;
const PORT_BASE_MAX = 65_535 - PORT_OFFSET_MAX;

/** What the person asked for, checked. */
export interface Settings {
  /** The project's root folder. */
  root: string;
  portBase: number;
  /** Absolute. */
  dataDir: string;
  /** Where clients find the gateway. */
  publicUrl: string;
  /** A broker that runs already; absent: the runner starts one. */
  natsUrl: string | undefined;
  /** Names of the parts to start; absent: all. For those who work on a part of the house. */
  parts: string[] | undefined;
  /** Shows every line of every part, not only warnings and errors. */
  showAllLogs: boolean;
}

/** Reads PORT_BASE, DATA_DIR, PUBLIC_URL, NATS_URL, PARTS and LOG. @throws {Problem} */
export function readSettings(env: NodeJS.ProcessEnv, root: string): Settings {
  const portBase = readPortBase(env.PORT_BASE ?? '4000');
  return {
    root,
    portBase,
    dataDir: readDataDir(env.DATA_DIR ?? '.data', root),
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${portBase}`,
    natsUrl: env.NATS_URL || undefined,
    parts: env.PARTS ? env.PARTS.split(',').map((name) => name.trim()) : undefined,
    showAllLogs: env.LOG === 'all',
  };
}

function readPortBase(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < PORT_BASE_MIN || port > PORT_BASE_MAX) {
    throw new Problem(
      `PORT_BASE is "${text}"; it must be a whole number from ${PORT_BASE_MIN} to ${PORT_BASE_MAX}.`,
    );
  }
  const blocked = blockedPort(portsFrom(port));
  if (blocked === undefined) return port;
  throw new Problem(`PORT_BASE is ${port}, which needs port ${blocked}; browsers refuse to call that one.`);
}

function readDataDir(text: string, root: string): string {
  if (text.trim() === '' || text.includes('\0')) {
    throw new Problem('DATA_DIR is empty; name a folder, or leave it out for .data.');
  }
  return resolve(root, text);
}

/**
 * Compiled code, so that later starts are faster. Not in the data folder: copies with data of their own share it, and
 * filling it costs the first stop some seconds.
 */
export function compileCacheOf({ root }: Pick<Settings, 'root'>): string {
  return join(root, 'node_modules', '.cache', 'switchboard', 'compile-cache');
}
