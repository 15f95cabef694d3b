import type { EventEmitter } from 'node:events';

/** A connection of the pool, as far as is needed here (node-postgres.com/apis/pool). */
interface PooledClient extends EventEmitter {
  /** There while somebody has it. `true` removes it from the pool. */
  release(destroy: boolean): void;
}

/**
 * Gives connections back to the pool that broke while a transaction had them. Whoever has such a one cannot: its
 * `rollback` fails, and Kysely 0.29 releases only after a rollback that succeeded. Ten transactions open at the
 * moment PostgreSQL restarts would leave a service without its database until it is restarted too.
 * @param pool the `Pool` of `pg`.
 */
export function giveBackBrokenConnections(pool: EventEmitter): void {
  const taken = new Set<PooledClient>();
  pool.on('acquire', (client: PooledClient) => taken.add(client));
  pool.on('release', (_error: unknown, client: PooledClient) => taken.delete(client));
  pool.on('connect', (client: PooledClient) => {
    client.once('end', () => {
      // Later, so that what waits for an answer on it is told of the failure first.
      setImmediate(() => {
        if (taken.delete(client)) client.release(true);
      });
    });
  });
}
