/** Ids that must be refused for a while, although tokens that name them have not expired. */
export class RevokedIds {
  readonly #until = new Map<string, number>();

  /** @param rememberMs at least as long as anything that names the id stays valid. */
  constructor(
    private readonly rememberMs: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  add(id: string): void {
    const now = this.clock();
    // Entries stand in the order of their end, so the expired ones are all in front.
    for (const [known, until] of this.#until) {
      if (until > now) break;
      this.#until.delete(known);
    }
    this.#until.delete(id);
    this.#until.set(id, now + this.rememberMs);
  }

  has(id: string): boolean {
    return (this.#until.get(id) ?? 0) > this.clock();
  }
}
