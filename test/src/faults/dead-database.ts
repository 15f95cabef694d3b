import { createLogger } from '@switchboard/observability';
import { Database, SYSTEM } from '@switchboard/storage';

/** Runs one statement and answers its rows. */
export type Query = <R extends object>(sql: string) => Promise<R[]>;

/** Opens the embedded database of a service whose process is gone, and closes it again. */
export async function withDatabaseOf<T>(
  dataDir: string,
  service: string,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const database = await Database.open({
    service,
    location: { kind: 'embedded', dataDir },
    entities: [],
    migrations: [],
    logger: createLogger(service, { level: 'silent' }),
  });
  try {
    return await database.transaction(SYSTEM, ({ em }) => work((sql) => em.execute(sql)));
  } finally {
    await database.close();
  }
}

/** Lets the time of every lease pass, as if the service had stayed down for so long. */
export function passLeases(dataDir: string, service: string): Promise<void> {
  return withDatabaseOf(dataDir, service, async (query) => {
    await query(`update outbox set lease_until = now() - interval '1 second' where lease_until is not null`);
    await query(`update intents set lease_until = now() - interval '1 second' where lease_until is not null`);
  });
}
