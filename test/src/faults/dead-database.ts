import { createLogger } from '@switchboard/observability';
import { Database, type DatabaseLocation, SYSTEM } from '@switchboard/storage';

/** Runs one statement and answers its rows. */
export type Query = <R extends object>(sql: string) => Promise<R[]>;

/** Opens a service's database beside it, and closes it again. An embedded one must have no other user. */
export async function withDatabase<T>(
  service: string,
  location: DatabaseLocation,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const logger = createLogger(service, { level: 'silent' });
  const database = await Database.open({ service, location, entities: [], migrations: [], logger });
  try {
    return await database.transaction(SYSTEM, ({ em }) => work((sql) => em.execute(sql)));
  } finally {
    await database.close();
  }
}

/** Lets the time of every lease pass, as if the service had stayed down for so long. */
export async function passLeases(query: Query): Promise<void> {
  await query(`update outbox set lease_until = now() - interval '1 second' where lease_until is not null`);
  await query(`update intents set lease_until = now() - interval '1 second' where lease_until is not null`);
  // Only auth has the one table, only mail the other.
  for (const table of ['connections', 'mailboxes']) {
    await query(`do $$ begin
      if to_regclass('${table}') is not null then
        update ${table} set lease_until = now() - interval '1 second' where lease_until is not null;
      end if;
    end $$`);
  }
}
