import type { Logger } from '@switchboard/observability';

const BACKOFF_MAX_MS = 10_000;

/**
 * Repeats a pass for as long as a process lives: at once while there is work, after `idleMs` or a wake-up when
 * there is none, with growing pauses while it fails. A failing pass is logged, never fatal.
 */
export class Loop {
  #running: Promise<void> | undefined;
  #stopped = false;
  #woken = false;
  #interrupt: () => void = () => {};

  /** @param pass resolves to whether there may be more to do right away. */
  constructor(
    private readonly name: string,
    private readonly pass: () => Promise<boolean>,
    private readonly options: { idleMs: number; logger: Logger },
  ) {}

  start(): void {
    this.#running ??= this.#run();
  }

  wake(): void {
    this.#woken = true;
    this.#interrupt();
  }

  /** Resolves when the pass in hand has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#interrupt();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      this.#woken = false;
      try {
        const more = await this.pass();
        failures = 0;
        if (!more && !this.#woken) await this.#pause(this.options.idleMs);
      } catch (err) {
        failures += 1;
        if (this.#stopped) return;
        this.options.logger.warn({ err, failures }, `${this.name}: pass failed`);
        await this.#pause(Math.min(BACKOFF_MAX_MS, 100 * 2 ** failures));
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#interrupt = () => {};
  }
}
