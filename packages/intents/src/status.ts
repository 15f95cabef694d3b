import { type Database, SYSTEM } from '@switchboard/storage';

/** What an operator wants to know about work outside. */
export function intentsStatus(database: Database): Promise<{ pending: number; expiredLeases: number }> {
  return database.transaction(SYSTEM, async ({ em }) => {
    const [row] = await em.execute<{ pending: number; expired: number }[]>(
      `select count(*)::int as pending,
         (count(*) filter (where lease_until < now()))::int as expired
       from intents where state = 'READY'`,
    );
    return { pending: row?.pending ?? 0, expiredLeases: row?.expired ?? 0 };
  });
}
