/**
 * Values by key, as many as fit into so many bytes; the one longest unused goes first. It has the shape that Apollo
 * Server asks its caches for.
 */
export class BoundedCache<V> {
  readonly #entries = new Map<string, { readonly value: V; readonly bytes: number }>();
  #bytes = 0;

  /**
   * @param bytesOf estimates what an entry takes, key included.
   * @param gone told of every entry that is no longer kept, whatever the reason.
   */
  constructor(
    private readonly bytesMax: number,
    private readonly bytesOf: (key: string, value: V) => number,
    private readonly gone: (key: string, value: V) => void = () => {},
  ) {}

  async get(key: string): Promise<V | undefined> {
    return this.find(key);
  }

  async set(key: string, value: V): Promise<void> {
    this.keep(key, value);
  }

  async delete(key: string): Promise<boolean> {
    return this.remove(key);
  }

  /** The same as `set`, at once. */
  keep(key: string, value: V): void {
    this.remove(key);
    const bytes = this.bytesOf(key, value);
    if (bytes > this.bytesMax) return;
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.bytesMax) break;
      this.remove(oldest);
    }
  }

  /** The same as `get`, at once. */
  find(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    // Put last: the first one is then the one longest unused.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The same as `delete`, at once. */
  remove(key: string): boolean {
    const entry = this.#entries.get(key);
    if (!entry) return false;
    this.#bytes -= entry.bytes;
    this.#entries.delete(key);
    this.gone(key, entry.value);
    return true;
  }
}
