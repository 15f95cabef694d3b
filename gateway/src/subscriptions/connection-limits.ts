/** How many streaming connections there may be. */
export interface ConnectionLimits {
  readonly total: number;
  readonly perAddress: number;
  /** Per API key, or per user with all sessions. */
  readonly perCaller: number;
}

/** Counts streaming connections of this process. */
export class ConnectionCount {
  readonly #byName = new Map<string, number>();
  #total = 0;

  constructor(private readonly limits: ConnectionLimits) {}

  /** @returns a function that gives the place back; undefined when there is none. */
  enter(address: string): (() => void) | undefined {
    if (this.#total >= this.limits.total) return undefined;
    const leave = this.#take(`address:${address}`, this.limits.perAddress);
    if (!leave) return undefined;
    this.#total += 1;
    return once(() => {
      this.#total -= 1;
      leave();
    });
  }

  /** As `enter`, once it is known who it is. */
  identify(caller: string): (() => void) | undefined {
    return this.#take(`caller:${caller}`, this.limits.perCaller);
  }

  #take(name: string, most: number): (() => void) | undefined {
    const taken = this.#byName.get(name) ?? 0;
    if (taken >= most) return undefined;
    this.#byName.set(name, taken + 1);
    return once(() => {
      const left = (this.#byName.get(name) ?? 1) - 1;
      if (left > 0) this.#byName.set(name, left);
      else this.#byName.delete(name);
    });
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
