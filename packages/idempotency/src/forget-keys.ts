import type { Database } from '@switchboard/storage';

const BATCH = 1_000;

/** Removes keys whose time is over: they are free in any case. @returns whether there may be more. */
export async function forgetKeys(database: Database): Promise<boolean> {
  const removed = await database.statement(
    `delete from idempotency_keys where ctid in (
       select ctid from idempotency_keys where expires_at < now() order by expires_at limit ${BATCH})
     returning key`,
  );
  return removed.length === BATCH;
}
