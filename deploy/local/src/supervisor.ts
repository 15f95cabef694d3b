import { type ChildProcess, spawn } from 'node:child_process';
import type { PartLog } from './part-log.ts';
import { signalGroup } from './run-file.ts';

/** Five ends in a row, each after less than this, and the part is given up. */
const QUICK_MS = 10_000;
const QUICK_ENDS_MAX = 5;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 8000;

/** What to run. */
export interface Program {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
}

/** Whom the supervisor tells. */
export interface SupervisorEvents {
  /** A process has started (again). */
  onStart(pid: number): void;
  /** It ended by itself and will be started again. */
  onRestart(reason: string, delayMs: number): void;
  /** It ended quickly too often; it stays down. */
  onGiveUp(reason: string): void;
}

/** Keeps one program running: starts it, starts it again when it ends, stops it. */
export class Supervisor {
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #quickEnds = 0;
  #startedAt = 0;
  #wanted = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(
    readonly program: Program,
    readonly log: PartLog,
    private readonly events: SupervisorEvents,
  ) {}

  /** Of the running process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    this.#wanted = true;
    this.#spawn();
  }

  /** Asks the process to end; resolves when it has. */
  async stop(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#child?.kill('SIGTERM');
    await this.#ended;
  }

  /** Ends it and all it started, at once. */
  kill(): void {
    this.#wanted = false;
    clearTimeout(this.#timer);
    if (this.pid !== undefined) signalGroup(this.pid, 'SIGKILL');
  }

  /** Stops and starts it, on purpose. */
  async restart(): Promise<void> {
    await this.stop();
    this.#quickEnds = 0;
    this.start();
  }

  #spawn(): void {
    const { command, args, env, cwd } = this.program;
    this.#startedAt = Date.now();
    // A group of its own: Ctrl-C in the terminal reaches the runner alone, which then ends the parts in order.
    const child = spawn(command, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.#child = child;
    child.stdin.on('error', () => {});
    this.log.follow(child.stdout, false);
    this.log.follow(child.stderr, true);
    this.#ended = new Promise((resolve) => {
      let reason = '';
      child.once('error', (failure) => {
        reason = failure.message;
        if (child.pid === undefined) child.emit('close', null, null);
      });
      child.once('exit', () => {
        // Also what the program itself left running: a killed watchdog leaves its broker.
        if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      });
      child.once('close', (code: number | null, signal: string | null) => {
        this.#child = undefined;
        this.#onEnd(reason || (signal === null ? `exit code ${code}` : signal));
        resolve();
      });
    });
    if (child.pid !== undefined) this.events.onStart(child.pid);
  }

  #onEnd(reason: string): void {
    if (!this.#wanted) return;
    this.#quickEnds = Date.now() - this.#startedAt < QUICK_MS ? this.#quickEnds + 1 : 0;
    if (this.#quickEnds >= QUICK_ENDS_MAX) {
      this.#wanted = false;
      this.events.onGiveUp(reason);
      return;
    }
    const delayMs = Math.min(BACKOFF_FIRST_MS * 2 ** Math.max(0, this.#quickEnds - 1), BACKOFF_MAX_MS);
    this.events.onRestart(reason, delayMs);
    this.#timer = setTimeout(() => this.#spawn(), delayMs);
  }
}
