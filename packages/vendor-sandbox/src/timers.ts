/** Everything that is to happen later. One call stops it all, so that a reset leaves nothing behind. */
export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>();
  #isStopped = false;

  after(delayMs: number, action: () => void): void {
    if (this.#isStopped) return;
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      action();
    }, delayMs);
    this.#pending.add(timer);
  }

  /** For good: what is still running may not plan anything more. */
  stop(): void {
    this.#isStopped = true;
    this.clear();
  }

  clear(): void {
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
  }
}
