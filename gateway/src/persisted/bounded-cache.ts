/**
 * Values by key, as many as fit into so many bytes; the one longest unused goes first. It has the shape that Apollo
 * Server asks its caches for.
 */
export class BoundedCache<V> {
  readonly #entries = new Map<string, { readonly value: V; readonly bytes: number }>();
  #bytes = 0;

  /** @param bytesOf estimates what an entry takes, key included. */
  constructor(
    private readonly bytesMax: number,
    private readonly bytesOf: (key: string, value: V) => number,
  ) {}

  async get(key: string): Promise<V | undefined> {
    return this.find(key);
  }

  async set(key: string, value: V): Promise<void> {
    this.#remove(key);
    const bytes = this.bytesOf(key, value);
    if (bytes > this.bytesMax) return;
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.bytesMax) break;
      this.#remove(oldest);
    }
  }

  async delete(key: string): Promise<boolean> {
    return this.#remove(key);
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

  #remove(key: string): boolean {
    const entry = this.#entries.get(key);
    if (!entry) return false;
    this.#bytes -= entry.bytes;
    return this.#entries.delete(key);
  }
}
