import { createLogger } from '@switchboard/observability';
import { Database, SYSTEM } from '@switchboard/storage';
import { findPostgres, startPostgres, waitFor } from '@switchboard/testing';
import { expect, it } from 'vitest';

/** More than a pool holds. */
const TRANSACTIONS = 12;

const programs = findPostgres();
it.runIf(programs)(
  'transactions that were open when PostgreSQL went away do not use up the pool for good',
  async () => {
    const postgres = await startPostgres(programs ?? '');
    const database = await Database.open({
      service: 'pool',
      location: { kind: 'postgres', url: postgres.createDatabase() },
      entities: [],
      migrations: [],
      logger: createLogger('pool', { level: 'silent' }),
    });
    for (let times = 1; times <= 2; times += 1) {
      let open = 0;
      const work = Array.from({ length: TRANSACTIONS }, () =>
        database.transaction(SYSTEM, async ({ em }) => {
          open += 1;
          await em.execute('select pg_sleep(30)');
        }),
      );
      const settled = Promise.allSettled(work);
      await waitFor('a full pool', () => open >= 10);
      await postgres.restart();
      expect((await settled).every(({ status }) => status === 'rejected')).toBe(true);
      await waitFor('the database to answer', () => database.ping().then(() => true), 5_000);
    }
    await database.close();
    await postgres.stop();
  },
  60_000,
);
