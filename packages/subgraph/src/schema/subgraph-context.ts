import type { Actor, RequestIdentity } from '@switchboard/identity';
import type { Logger } from '@switchboard/observability';
import DataLoader from 'dataloader';

/** What a batch answers for each key, in the order of the keys; null for what is not there. */
export type BatchLoad<T> = (keys: readonly string[]) => Promise<readonly (T | null | undefined)[]>;

/** What every resolver gets. Lives for one request. */
export interface SubgraphContext {
  readonly identity: RequestIdentity;
  readonly actor: Actor;
  readonly logger: Logger;
  /**
   * One value by key, batched with all others asked for under the same name in this request.
   * @param name names the batch, such as `smsOfContact`; the first caller's `batch` serves them all.
   */
  load<T>(name: string, key: string, batch: BatchLoad<T>): Promise<T | null>;
}

const BATCH_MAX = 200;

export function createSubgraphContext(identity: RequestIdentity, logger: Logger): SubgraphContext {
  const loaders = new Map<string, DataLoader<string, unknown>>();
  return {
    identity,
    actor: identity.actor,
    logger,
    async load<T>(name: string, key: string, batch: BatchLoad<T>): Promise<T | null> {
      let loader = loaders.get(name);
      if (!loader) {
        loader = new DataLoader<string, unknown>((keys) => batch(keys), { maxBatchSize: BATCH_MAX });
        loaders.set(name, loader);
      }
      return ((await loader.load(key)) ?? null) as T | null;
    },
  };
}
