/** Waits that double with each failure, a little apart for each process. */
export class Backoff {
  #failures = 0;

  constructor(
    private readonly firstMs: number,
    private readonly longestMs: number,
  ) {}

  /** After a failure: how long to wait. */
  next(): number {
    const wait = Math.min(this.longestMs, this.firstMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 16);
    return wait * (0.75 + Math.random() / 4);
  }

  /** After a success. */
  reset(): void {
    this.#failures = 0;
  }
}
