import { percentile } from './percentile.ts';

/** What came of one run of requests. */
export interface LoadResult {
  /** Requests that were answered or failed. */
  readonly requests: number;
  /** Answered as they should be, per second. */
  readonly perSecond: number;
  /** Of all requests, failed ones too. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly maxMs: number | undefined;
  readonly errors: number;
  /** Requests of a fixed rate that were left out because too many were unanswered. */
  readonly notSent: number;
  /** How often each failure happened, such as `HTTP 503`. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Keeps count of one run. */
export class Tally {
  readonly #startedAt = performance.now();
  readonly #latenciesMs: number[] = [];
  readonly #reasons = new Map<string, number>();
  #notSent = 0;

  /** Does one request. @param dueAt when it should have begun (`performance.now()`): waiting counts as latency. */
  async take(send: () => Promise<void>, dueAt: number): Promise<void> {
    try {
      await send();
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    }
    this.#latenciesMs.push(performance.now() - dueAt);
  }

  leaveOut(): void {
    this.#notSent += 1;
  }

  result(): LoadResult {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const errors = [...this.#reasons.values()].reduce((sum, count) => sum + count, 0);
    const requests = this.#latenciesMs.length;
    return {
      requests,
      perSecond: (requests - errors) / seconds,
      p50Ms: percentile(this.#latenciesMs, 0.5),
      p99Ms: percentile(this.#latenciesMs, 0.99),
      maxMs: percentile(this.#latenciesMs, 1),
      errors,
      notSent: this.#notSent,
      reasons: Object.fromEntries(this.#reasons),
    };
  }
}
