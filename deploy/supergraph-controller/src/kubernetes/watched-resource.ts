import { setTimeout as delay } from 'node:timers/promises';
import type { KubernetesListObject, KubernetesObject, Watch } from '@kubernetes/client-node';
import type { Logger } from '@switchboard/observability';
import { Backoff } from './backoff.ts';
import { wordsOf } from './cluster.ts';

const GONE = 410;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A watch that held for so long was no failure. */
const LASTED_MS = 5_000;

/** What to follow, and who is told. */
export interface WatchedResourceOptions<T extends KubernetesObject> {
  readonly watch: Watch;
  /** Such as `/api/v1/namespaces/prod/services`. */
  readonly path: string;
  readonly labelSelector: string;
  readonly list: () => Promise<KubernetesListObject<T>>;
  /** Something is different now, or may be. */
  readonly onChange: () => void;
  readonly logger: Logger;
  /** The shortest wait after a failure, in milliseconds. */
  readonly retryMs?: number;
}

type Ended = 'ended' | 'gone';

/**
 * The objects of one kind, as the API last told: listed, then watched from that state on. When the API has forgotten
 * it (410 Gone) everything is listed again; when it is away, what was known stays.
 */
export class WatchedResource<T extends KubernetesObject> {
  readonly #objects = new Map<string, T>();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #resourceVersion: string | undefined;
  #isSynced = false;

  constructor(private readonly options: WatchedResourceOptions<T>) {}

  /** Whether the objects have been listed at least once. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  get objects(): readonly T[] {
    return [...this.#objects.values()];
  }

  start(): void {
    this.#running ??= this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    const { logger, path, retryMs = FIRST_WAIT_MS } = this.options;
    const backoff = new Backoff(retryMs, Math.max(retryMs, LONGEST_WAIT_MS));
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === undefined) await this.#list();
        const [from, begin] = [this.#resourceVersion, performance.now()];
        if ((await this.#watchOnce(signal)) === 'gone') this.#resourceVersion = undefined;
        // A server that ends every watch at once must not be asked without pause; one that was just quiet may be.
        if (this.#resourceVersion !== from || performance.now() - begin > LASTED_MS) backoff.reset();
        else await delay(backoff.next(), undefined, { signal });
      } catch (thrown) {
        if (signal.aborted) return;
        logger.warn({ reason: wordsOf(thrown), path }, 'kubernetes: not followed');
        await delay(backoff.next(), undefined, { signal }).catch(() => {});
      }
    }
  }

  async #list(): Promise<void> {
    const { items, metadata } = await this.options.list();
    this.#objects.clear();
    for (const object of items) this.#objects.set(nameOf(object), object);
    this.#resourceVersion = metadata?.resourceVersion;
    this.#isSynced = true;
    this.options.onChange();
  }

  /** Follows until the API ends the answer, which it does every few minutes. @throws when it cannot be asked. */
  async #watchOnce(signal: AbortSignal): Promise<Ended> {
    const { watch, path, labelSelector } = this.options;
    const { promise, resolve, reject } = Promise.withResolvers<Ended>();
    const query = { labelSelector, resourceVersion: this.#resourceVersion, allowWatchBookmarks: true };
    const request = await watch.watch(
      path,
      query,
      (phase, object: T & { code?: number }) => {
        if (phase === 'ERROR') resolve(object.code === GONE ? 'gone' : 'ended');
        else this.#take(phase, object);
      },
      (failure?: { name?: string; statusCode?: number } | null) => {
        // A silent connection is given up after 30 s; going on from the same place costs nothing.
        if (!failure || failure.name === 'TimeoutError') resolve('ended');
        else if (failure.statusCode === GONE) resolve('gone');
        else reject(failure);
      },
    );
    const stop = () => resolve('ended');
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', stop);
      request.abort();
    }
  }

  #take(phase: string, object: T): void {
    this.#resourceVersion = object.metadata?.resourceVersion ?? this.#resourceVersion;
    if (phase === 'BOOKMARK') return;
    if (phase === 'DELETED') this.#objects.delete(nameOf(object));
    else this.#objects.set(nameOf(object), object);
    this.options.onChange();
  }
}

function nameOf({ metadata }: KubernetesObject): string {
  return metadata?.name ?? '';
}
