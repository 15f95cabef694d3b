import { fileURLToPath } from 'node:url';
import { PartLog } from './part-log.ts';
import type { Part } from './parts.ts';
import { Problem } from './problem.ts';
import { waitUntilReady } from './ready.ts';
import type { RunFile } from './run-file.ts';
import { type Program, Supervisor } from './supervisor.ts';
import type { Terminal } from './terminal.ts';

const READY_MS = 60_000;
/** SIGTERM to SIGKILL; everything is gone within 10 s. */
const STOP_MS = 8000;

/** How a part came up. */
export interface StartReport {
  name: string;
  url: string;
  pid: number | undefined;
  /** From its start to its first yes. */
  readyMs: number;
  /** Why it is not ready; absent when it is. */
  reason?: string;
}

/** The running processes of one installation. */
export class House {
  readonly #supervisors = new Map<string, Supervisor>();
  readonly #stopping = new AbortController();
  /** Stopped last: the others say their farewells through it. */
  #broker: Supervisor | undefined;
  #fail: (problem: Problem) => void = () => {};
  #isSettled = false;

  /** Rejects with a Problem when a part had to be given up; never resolves. */
  readonly failed: Promise<never>;

  constructor(
    private readonly dataDir: string,
    private readonly terminal: Terminal,
    private readonly runFile: RunFile,
  ) {
    this.failed = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    // Nobody may be listening at that moment.
    this.failed.catch(() => {});
  }

  /** Aborted when the house begins to stop. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** From here on restarts are worth a line each. */
  settle(): void {
    this.#isSettled = true;
  }

  /** @param onStarted called after this and every later start of the broker */
  startBroker(natsServer: string, configFile: string, onStarted: () => void): void {
    const watchdog = fileURLToPath(new URL('./watchdog.js', import.meta.url));
    this.#broker = this.#supervise(
      {
        name: 'broker',
        command: process.execPath,
        args: [watchdog, natsServer, '-c', configFile],
        env: { PATH: process.env.PATH ?? '' },
        cwd: this.dataDir,
      },
      onStarted,
    );
    this.#broker.start();
  }

  /** Notes a process that was not started by the house itself but on its behalf. */
  notePid(pid: number): Promise<void> {
    return this.runFile.add(pid);
  }

  /** Starts a part and waits for its first yes. */
  async startPart(part: Part): Promise<StartReport> {
    const withParent = new URL('./with-parent.js', import.meta.url).href;
    let starts = 0;
    const supervisor = this.#supervise(
      {
        name: part.name,
        command: process.execPath,
        // Node's notices about itself are nothing an operator can act on.
        args: [
          '--disable-warning=ExperimentalWarning',
          '--enable-source-maps',
          `--import=${withParent}`,
          part.script,
        ],
        env: part.env,
        cwd: this.dataDir,
      },
      () => {
        starts += 1;
        if (starts > 1 && this.#isSettled) void this.#sayReadyAgain(part);
      },
    );
    this.#supervisors.set(part.name, supervisor);
    const startedAt = performance.now();
    supervisor.start();
    const reason = await waitUntilReady(part.url, READY_MS, this.stopping);
    const readyMs = performance.now() - startedAt;
    return { name: part.name, url: part.url, pid: supervisor.pid, readyMs, ...(reason && { reason }) };
  }

  /** Restarts a part whose program changed. */
  async restartPart(name: string): Promise<void> {
    await this.#supervisors.get(name)?.restart();
  }

  /** Ends everything: the parts first, then the broker, by force after 8 s. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const force = setTimeout(() => this.kill(), STOP_MS);
    await Promise.all([...this.#supervisors.values()].map((supervisor) => supervisor.stop()));
    await this.#broker?.stop();
    clearTimeout(force);
    await Promise.all(this.#all().map((supervisor) => supervisor.log.close()));
  }

  /** Ends everything at once. */
  kill(): void {
    for (const supervisor of this.#all()) supervisor.kill();
  }

  #all(): Supervisor[] {
    return [...this.#supervisors.values(), ...(this.#broker ? [this.#broker] : [])];
  }

  #supervise(program: Program, onStarted: () => void): Supervisor {
    if (this.stopping.aborted) throw new Problem('Stopped while starting.');
    const { name } = program;
    const log = new PartLog(name, this.dataDir, this.terminal);
    return new Supervisor(program, log, {
      onStart: (pid) => {
        void this.runFile.add(pid);
        onStarted();
      },
      onRestart: (reason, delayMs) => {
        this.terminal.say(`${name} ended (${reason}); starting it again in ${delayMs / 1000} s`);
      },
      onGiveUp: (reason) => {
        const tail = log
          .tail()
          .map((line) => `\n  ${line}`)
          .join('');
        this.#fail(
          new Problem(
            `${name} ended five times in a row (${reason}). Its last lines (all: ${log.path}):${tail}`,
          ),
        );
      },
    });
  }

  async #sayReadyAgain(part: Part): Promise<void> {
    const reason = await waitUntilReady(part.url, READY_MS, this.stopping);
    if (this.stopping.aborted) return;
    this.terminal.say(
      reason === undefined ? `${part.name} is ready again` : `${part.name} is not ready: ${reason}`,
    );
  }
}
