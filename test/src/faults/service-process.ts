import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { waitFor } from '@switchboard/testing';

const ROOT = join(import.meta.dirname, '../../..');
const LOG_CHARACTERS_MAX = 200_000;
const STOP_MS = 12_000;

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One real process of the house, started by a test. */
export interface ServiceProcess {
  readonly pid: number;
  /** Resolves when the process is gone, however it went. */
  readonly ended: Promise<Ending>;
  readonly isRunning: boolean;
  /** What it wrote so far, the newest 200,000 characters. */
  log(): string;
  /** SIGTERM; rejects when it is not gone within 12 s. */
  stop(): Promise<Ending>;
  /** SIGKILL. */
  kill(): Promise<Ending>;
}

/**
 * Starts a compiled program of the house with these variables and nothing else of the machine but PATH.
 * @param script relative to the project's root, such as `services/telephony/dist/main.js`.
 */
export function startProcess(
  script: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): ServiceProcess {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(ROOT, script), ...args],
    {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        APOLLO_TELEMETRY_DISABLED: 'true',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return watch(child, script);
}

function watch(child: ChildProcess, script: string): ServiceProcess {
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-LOG_CHARACTERS_MAX);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', (failure) => {
      log += failure.message;
      resolve({ code: null, signal: null });
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const end = async (signal: NodeJS.Signals): Promise<Ending> => {
    child.kill(signal);
    const late = new Promise<undefined>((resolve) => {
      setTimeout(() => resolve(undefined), STOP_MS).unref();
    });
    const ending = await Promise.race([ended, late]);
    if (ending) return ending;
    child.kill('SIGKILL');
    throw new Error(`${script} did not end within ${STOP_MS} ms of ${signal}; its log:\n${log.slice(-4000)}`);
  };
  return {
    pid: child.pid ?? 0,
    ended,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    log: () => log,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** Waits until a process says that it is ready. @throws Error with its log when it ends before. */
export async function untilReady(running: ServiceProcess, url: string, timeoutMs = 60_000): Promise<void> {
  await waitFor(
    `${url} to be ready`,
    async () => {
      if (!running.isRunning) return true;
      const response = await fetch(`${url}/health/ready`).catch(() => undefined);
      return response?.ok;
    },
    timeoutMs,
  );
  if (!running.isRunning) throw new Error(`ended before it was ready:\n${running.log().slice(-4000)}`);
}
