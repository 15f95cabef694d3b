import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

/** proc(5): processor time comes in hundredths of a second. */
const TICK_MS = 10;
const READY_TIMEOUT_MS = 60_000;

/** A process that the bench started, with the processes it started. */
export class BenchProcess {
  readonly #child: ChildProcess;
  #output = '';

  constructor(args: readonly string[], environment: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = `${this.#output}${chunk}`.slice(-4_000);
      });
    }
  }

  /** @throws Error with what it printed when it ends, or does not get ready in time. */
  async untilReady(isReady: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (!(await isReady().catch(() => false))) {
      if (this.#child.exitCode !== null || performance.now() > deadline) {
        throw new Error(`a process did not get ready: ${this.#output}`);
      }
      await delay(100);
    }
  }

  /** Processor time so far, in milliseconds. */
  cpuMs(): number {
    const ticks = this.#pids().map((pid) => {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(fields[11]) + Number(fields[12]);
    });
    return ticks.reduce((sum, value) => sum + value, 0) * TICK_MS;
  }

  /** Resident memory now, in MiB. */
  residentMiB(): number {
    const kib = this.#pids().map((pid) =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0),
    );
    return kib.reduce((sum, value) => sum + value, 0) / 1_024;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const cut = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(cut);
  }

  #pids(): readonly number[] {
    const descend = (pid: number): number[] => {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
      return [pid, ...children.split(' ').filter(Boolean).map(Number).flatMap(descend)];
    };
    return descend(this.#child.pid ?? 0);
  }
}
