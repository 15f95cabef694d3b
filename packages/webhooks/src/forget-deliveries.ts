import type { Database } from '@switchboard/storage';

/** Longer than any vendor repeats a callback; and what vendors sent of people ends with it. */
const KEPT_DAYS = 30;
const BATCH = 1_000;

/** Removes callbacks that were worked on long ago, with their raw bytes. @returns whether there may be more. */
export async function forgetDeliveries(database: Database): Promise<boolean> {
  const removed = await database.statement(
    `delete from webhook_deliveries where id in (
       select id from webhook_deliveries
       where state <> 'STORED' and received_at < now() - interval '${KEPT_DAYS} days'
       order by received_at limit ${BATCH})
     returning id`,
  );
  return removed.length === BATCH;
}
