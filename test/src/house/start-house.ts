import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPortFree } from '@switchboard/testing/free-port';
import { SandboxControl } from '@switchboard/testing/sandbox-control';
import { Client } from './client.ts';

const ROOT = join(import.meta.dirname, '../../..');
const RUNNER = join(ROOT, 'deploy/local/dist/main.js');
const NODE = join(ROOT, 'node_modules/.bin/node');
const PORTS = 21;
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 15_000;

/** The whole installation, as `npm start` runs it, on ports and data of its own. */
export interface House {
  readonly portBase: number;
  readonly dataDir: string;
  /** The gateway. */
  readonly url: string;
  readonly sandbox: SandboxControl;
  /** What the runner said until everything was ready. */
  readonly startOutput: string;
  /** A client of the public API; nobody is signed in. */
  client(): Client;
  /** Ends it and removes its data, unless the folder was given. */
  stop(): Promise<void>;
}

/** @param options.dataDir a folder to keep: the next house on it is its second start. */
export async function startHouse(
  env: Readonly<Record<string, string>> = {},
  options: { readonly dataDir?: string } = {},
): Promise<House> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'switchboard-house-'));
  const portBase = await freePortBase();
  const runner = spawn(NODE, [RUNNER], {
    cwd: ROOT,
    env: { ...process.env, ...env, PORT_BASE: String(portBase), DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const startOutput = await ready(runner);
  const url = `http://127.0.0.1:${portBase}`;
  return {
    portBase,
    dataDir,
    url,
    sandbox: new SandboxControl(`http://127.0.0.1:${portBase + 10}`),
    startOutput,
    client: () => new Client(url),
    async stop() {
      await end(runner);
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** @returns what the runner said until then. */
function ready(runner: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => fail('took too long'), START_TIMEOUT_MS);
    const fail = (why: string): void => {
      clearTimeout(timer);
      runner.kill('SIGTERM');
      reject(new Error(`the installation ${why}:\n${output.slice(-4_000)}`));
    };
    const read = (chunk: Buffer): void => {
      output += chunk;
      if (!output.includes('Switchboard is ready')) return;
      clearTimeout(timer);
      runner.off('exit', ended);
      resolve(output);
    };
    const ended = (code: number | null): void => fail(`ended with ${code}`);
    runner.stdout?.on('data', read);
    runner.stderr?.on('data', read);
    runner.once('exit', ended);
  });
}

async function end(runner: ChildProcess): Promise<void> {
  if (runner.exitCode !== null) return;
  const exited = new Promise((resolve) => runner.once('exit', resolve));
  runner.kill('SIGTERM');
  const timer = setTimeout(() => runner.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

/** The first port of a free range; below the range that systems hand out by themselves. */
async function freePortBase(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const base = 10_100 + Math.floor(Math.random() * 500) * 40;
    const free = await Promise.all(Array.from({ length: PORTS }, (_, offset) => isPortFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no free range of ports');
}
