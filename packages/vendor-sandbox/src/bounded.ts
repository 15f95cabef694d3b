/** A map that forgets its oldest entry when it is full, so that a sandbox left running stays small. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #entriesMax: number;

  constructor(entriesMax: number) {
    super();
    this.#entriesMax = entriesMax;
  }

  override set(key: K, value: V): this {
    super.set(key, value);
    if (this.size > this.#entriesMax) {
      const oldest = this.keys().next();
      if (!oldest.done) this.delete(oldest.value);
    }
    return this;
  }
}

/** A list that forgets its oldest item when it is full. */
export class Ring<T> {
  readonly #itemsMax: number;
  #items: T[] = [];

  constructor(itemsMax: number) {
    this.#itemsMax = itemsMax;
  }

  push(item: T): void {
    this.#items.push(item);
    // Cut in blocks: shifting one item at a time would copy the whole list for each request.
    if (this.#items.length > this.#itemsMax * 1.1) this.#items = this.#items.slice(-this.#itemsMax);
  }

  /** The items, newest first. */
  newestFirst(): T[] {
    return this.#items.slice(-this.#itemsMax).reverse();
  }

  clear(): void {
    this.#items = [];
  }
}
