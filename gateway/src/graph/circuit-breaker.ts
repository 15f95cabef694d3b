export interface BreakerOptions {
  /** Failures in a row after which nobody is sent there any more. */
  readonly failuresMax?: number;
  /** How long, in milliseconds, until one is sent to try. */
  readonly openMs?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/**
 * Keeps callers from waiting for somebody who is away. Closed it lets everybody through; after failures in a row it
 * opens and lets nobody through; after a while one caller tries, and its luck decides for all.
 */
export class CircuitBreaker {
  readonly #failuresMax: number;
  readonly #openMs: number;
  readonly #now: () => number;
  #failures = 0;
  /** When somebody may try; undefined while closed. */
  #tryAt: number | undefined;
  #isTrying = false;

  constructor({ failuresMax = 5, openMs = 1_000, now = () => performance.now() }: BreakerOptions = {}) {
    this.#failuresMax = failuresMax;
    this.#openMs = openMs;
    this.#now = now;
  }

  /** Asks to go through. Whoever may must say afterwards how it went: `succeeded` or `failed`. */
  enter(): boolean {
    if (this.#tryAt === undefined) return true;
    if (this.#isTrying || this.#now() < this.#tryAt) return false;
    this.#isTrying = true;
    return true;
  }

  /** @returns whether it was open until now. */
  succeeded(): boolean {
    const wasOpen = this.#tryAt !== undefined;
    this.#failures = 0;
    this.#tryAt = undefined;
    this.#isTrying = false;
    return wasOpen;
  }

  /** @returns whether this opened it. */
  failed(): boolean {
    const wasOpen = this.#tryAt !== undefined;
    this.#failures += 1;
    this.#isTrying = false;
    if (!wasOpen && this.#failures < this.#failuresMax) return false;
    this.#tryAt = this.#now() + this.#openMs;
    return !wasOpen;
  }
}
