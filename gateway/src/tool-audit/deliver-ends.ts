import { setTimeout as pause } from 'node:timers/promises';
import { AppError, FAILURES } from '@switchboard/errors';
import type { Logger } from '@switchboard/observability';
import type { ToolAudit, ToolCallEnd } from './tool-audit.ts';

/** About a minute in all: what takes longer is an outage, and the call stays PENDING. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/** Ends that wait to be told again; an output has 64 KiB, so this is some 64 MB at the very most. */
const WAITING_MAX = 1_000;
const CLOSE_MS = 3_000;

/** Tells audit how calls ended, again and again for a while where it does not hear. */
export class EndDelivery {
  readonly #waiting = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(
    private readonly audit: ToolAudit,
    private readonly logger: Logger,
    private readonly pausesMs: readonly number[] = PAUSES_MS,
  ) {}

  /** Resolves when audit knows, or after the first attempt: the caller of the tool does not wait for more. */
  async deliver(end: ToolCallEnd): Promise<void> {
    const failure = await this.#attempt(end);
    if (!failure) return;
    if (!isPassing(failure) || this.#waiting.size >= WAITING_MAX) return this.#giveUp(end, failure);
    const waiting = this.#again(end).finally(() => this.#waiting.delete(waiting));
    this.#waiting.add(waiting);
  }

  /** One last attempt for each that waits, for 3 s at most. */
  async close(): Promise<void> {
    this.#closing.abort();
    const waited = new AbortController();
    await Promise.race([
      Promise.all(this.#waiting),
      pause(CLOSE_MS, undefined, { signal: waited.signal }).catch(() => {}),
    ]);
    waited.abort();
  }

  async #again(end: ToolCallEnd): Promise<void> {
    let failure: AppError | undefined;
    for (const pauseMs of this.pausesMs) {
      const { signal } = this.#closing;
      await pause(pauseMs, undefined, { signal }).catch(() => {});
      const isLast = signal.aborted;
      failure = await this.#attempt(end);
      if (!failure) return;
      if (isLast || !isPassing(failure)) break;
    }
    this.#giveUp(end, failure);
  }

  async #attempt(end: ToolCallEnd): Promise<AppError | undefined> {
    try {
      await this.audit.finish(end);
      return undefined;
    } catch (thrown) {
      return AppError.from(thrown);
    }
  }

  #giveUp({ executionId, workspaceId, succeeded }: ToolCallEnd, err: AppError | undefined): void {
    this.logger.error({ err, executionId, workspaceId, succeeded }, 'tool call: its end is not recorded');
  }
}

function isPassing({ code }: AppError): boolean {
  return FAILURES[code].settle === 'retry';
}
