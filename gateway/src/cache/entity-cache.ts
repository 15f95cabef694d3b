import { defineCounter, defineLevel } from '@switchboard/observability';
import { BoundedCache } from './bounded-cache.ts';

/** What an event says to the cache. */
export interface CacheEvent {
  /** Full name. */
  readonly type: string;
  readonly workspaceId: string;
  /** Ids of the nodes it names. */
  readonly subjects: readonly string[];
}

interface Entry {
  readonly text: string;
  /** Monotonic milliseconds. */
  readonly until: number;
  readonly tags: readonly string[];
}

/** Values that are being fetched: whatever is dropped meanwhile must not be kept when they arrive. */
export interface Fetching {
  readonly workspaceId: string;
  readonly dropped: Set<string>;
  isVoid: boolean;
}

const countLooks = defineCounter(
  'switchboard_gateway_entity_cache_total',
  'Values that were looked for in the cache of entities, by what became of it.',
  ['outcome'],
);
const showEntries = defineLevel(
  'switchboard_gateway_entity_cache_entries',
  'Values in the cache of entities.',
);

/** What an entry takes besides its text: keys, tags and the cells of maps. */
const ENTRY_BYTES = 600;

/**
 * Values of entities as subgraphs gave them, under keys that say who asked for what. Events drop them by their tags:
 * the ids that stand in a value, and its type. Nothing is kept while events do not arrive.
 */
export class EntityCache {
  readonly #entries: BoundedCache<Entry>;
  /** Keys by workspace and tag. */
  readonly #tagged = new Map<string, Set<string>>();
  readonly #fetching = new Set<Fetching>();
  #isOpen = false;

  /** @param now monotonic milliseconds. */
  constructor(
    bytesMax: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#entries = new BoundedCache<Entry>(
      bytesMax,
      (key, { text }) => 2 * (key.length + text.length) + ENTRY_BYTES,
      (key, { tags }) => this.#untag(key, tags),
    );
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Events arrive from now on. */
  open(): void {
    this.#isOpen = true;
  }

  /** Events may be missing: nothing that was kept can be trusted. */
  close(): void {
    this.#isOpen = false;
    this.#clear();
  }

  /** @returns the value as JSON. */
  find(key: string): string | undefined {
    const entry = this.#isOpen ? this.#entries.find(key) : undefined;
    if (entry && entry.until <= this.now()) this.#entries.remove(key);
    const text = entry && entry.until > this.now() ? entry.text : undefined;
    countLooks({ outcome: text === undefined ? 'miss' : 'hit' });
    return text;
  }

  /** Before a question is sent whose answer may be kept. Must be ended with `fetched`. */
  fetching(workspaceId: string): Fetching {
    const fetching: Fetching = { workspaceId, dropped: new Set(), isVoid: !this.#isOpen };
    this.#fetching.add(fetching);
    return fetching;
  }

  fetched(fetching: Fetching): void {
    this.#fetching.delete(fetching);
  }

  /** Keeps what came of a question, unless it was dropped since the question was sent. */
  keep(fetching: Fetching, key: string, text: string, tags: readonly string[], maxAgeMs: number): void {
    if (fetching.isVoid || tags.some((tag) => fetching.dropped.has(tag))) return;
    const placed = tags.map((tag) => `${fetching.workspaceId} ${tag}`);
    this.#entries.keep(key, { text, until: this.now() + maxAgeMs, tags: placed });
    // Too large to be kept: then there is nothing to drop either.
    if (this.#entries.find(key) === undefined) return;
    for (const tag of placed) {
      const keys = this.#tagged.get(tag);
      if (keys) keys.add(key);
      else this.#tagged.set(tag, new Set([key]));
    }
    showEntries(this.#entries.size);
  }

  /** @param tags ids of nodes, or `eventTag` of what happened. */
  drop(workspaceId: string, tags: readonly string[]): void {
    for (const fetching of this.#fetching) {
      if (fetching.workspaceId === workspaceId) for (const tag of tags) fetching.dropped.add(tag);
    }
    for (const tag of tags) {
      for (const key of this.#tagged.get(`${workspaceId} ${tag}`) ?? []) this.#entries.remove(key);
    }
    showEntries(this.#entries.size);
  }

  /** Drops what an event changed. */
  event({ type, workspaceId, subjects }: CacheEvent): void {
    if (this.#entries.size === 0 && this.#fetching.size === 0) return;
    this.drop(workspaceId, [...subjects, eventTag(type)]);
  }

  #clear(): void {
    for (const fetching of this.#fetching) fetching.isVoid = true;
    for (const keys of [...this.#tagged.values()]) for (const key of [...keys]) this.#entries.remove(key);
    showEntries(this.#entries.size);
  }

  #untag(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#tagged.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#tagged.delete(tag);
    }
  }
}

/** The tag of values that every event of this type drops. */
export function eventTag(type: string): string {
  return `event ${type}`;
}
