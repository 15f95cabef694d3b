import { AppError } from '@switchboard/errors';
import { createLogger } from '@switchboard/observability';
import { findPostgres, startPostgres, type TestPostgres } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from './database.ts';
import type { SqlMigration } from './migrations.ts';
import { tenantTable } from './row-security.ts';
import { SYSTEM } from './scope.ts';

const programs = findPostgres();
if (!programs) console.info('skipped: rights and locks need a PostgreSQL, and this machine has none');

const first: SqlMigration = {
  name: '0001-notes',
  statements: [
    `create table notes (id bigint generated always as identity primary key, workspace_id text not null,
       body text not null)`,
    ...tenantTable('notes'),
  ],
};
const second: SqlMigration = {
  name: '0002-colour',
  statements: ['alter table notes add column colour text'],
};
const logger = createLogger('test', { level: 'silent' });

describe.skipIf(!programs)('a schema that the deployment brings up to date', () => {
  let postgres: TestPostgres;

  beforeAll(async () => {
    postgres = await startPostgres(programs ?? '');
  });
  afterAll(() => postgres.stop());

  /** A database whose owner may change the schema, and a user who owns nothing. */
  function installation() {
    const { ownerUrl, serviceUrl } = postgres.createGuardedDatabase();
    const migrate = (...migrations: SqlMigration[]) =>
      Database.migrate({
        service: 'notes',
        entities: [],
        migrations,
        logger,
        location: { kind: 'postgres', url: ownerUrl },
        serviceUser: new URL(serviceUrl).username,
      });
    return { migrate, service: serviceUrl, owner: ownerUrl };
  }

  function open(url: string, migrations: SqlMigration[], options: { migrate?: boolean } = {}) {
    const location = { kind: 'postgres', url } as const;
    return Database.open({ service: 'notes', entities: [], migrations, logger, location, ...options });
  }

  it('serves a user who may change rows of every table and nothing of the schema', async () => {
    const { migrate, service } = installation();
    expect(await migrate(first)).toEqual(['0000-application-role', '0001-notes']);
    const database = await open(service, [first], { migrate: false });
    try {
      expect(await database.missingSteps()).toEqual([]);
      await database.statement(
        "insert into notes (workspace_id, body) values ('wsp_a', 'x'), ('wsp_b', 'y')",
      );
      const count = 'select count(*)::int as many from notes';
      expect(await database.statement(count)).toEqual([{ many: 2 }]);
      const scope = { workspaceId: 'wsp_a', mode: 'live' } as const;
      expect(await database.read(scope, (em) => em.execute(count))).toEqual([{ many: 1 }]);
      for (const statement of [
        'alter table notes add column mine text',
        'create table mine (id int)',
        'drop table notes',
        'truncate notes',
        "insert into schema_migrations (name) values ('0002-colour')",
        'alter table notes disable row level security',
      ]) {
        await expect(database.statement(statement), statement).rejects.toThrow(
          /permission denied|must be owner/,
        );
      }
    } finally {
      await database.close();
    }
  });

  it('names the steps it lacks, and none when it is newer than the service', async () => {
    const { migrate, service } = installation();
    const opened = async (...steps: SqlMigration[]) => {
      const database = await open(service, steps, { migrate: false });
      return database.missingSteps().finally(() => database.close());
    };
    expect(await opened(first)).toEqual(['0000-application-role', '0001-notes']);
    await migrate(first);
    expect(await opened(first, second)).toEqual(['0002-colour']);
    await migrate(first, second);
    expect(await opened(first, second)).toEqual([]);
    expect(await opened(first)).toEqual([]);
  });

  it('gets each step once from any number who come at the same moment', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { migrate } = installation();
      const ran = await Promise.all([1, 2, 3, 4, 5, 6].map(() => migrate(first, second)));
      expect(ran.flat().sort()).toEqual(['0000-application-role', '0001-notes', '0002-colour']);
    }
  });

  it('is as it was after a run that failed on the way, and the next run does it all', async () => {
    const { migrate, service } = installation();
    const broken = { name: '0002-colour', statements: ['alter table notes add column colour no_such_type'] };
    await expect(migrate(first, broken)).rejects.toThrow(/no_such_type/);
    const database = await open(service, [first], { migrate: false });
    expect(await database.missingSteps()).toEqual(['0000-application-role', '0001-notes']);
    await database.close();
    expect(await migrate(first, second)).toHaveLength(3);
  });

  it('is waited for no longer than its tables are held', async () => {
    const { migrate, owner } = installation();
    await migrate(first);
    const holder = await open(owner, [first], { migrate: false });
    try {
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      const { promise: isHeld, resolve: noteHeld } = Promise.withResolvers<void>();
      const holding = holder.transaction(SYSTEM, async ({ em }) => {
        await em.execute('lock table notes in access share mode');
        noteHeld();
        await held;
      });
      await isHeld;
      const refused = await migrate(first, {
        ...second,
        statements: ["set local lock_timeout = '200ms'", ...second.statements],
      }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(refused).toBeInstanceOf(AppError);
      expect(refused).toMatchObject({ code: 'UNAVAILABLE' });
      release();
      await holding;
      expect(await migrate(first, second)).toEqual(['0002-colour']);
    } finally {
      await holder.close();
    }
  });

  it('refuses a service user whose name could be more than a name', async () => {
    const { owner } = installation();
    const location = { kind: 'postgres', url: owner } as const;
    const wanted = {
      service: 'notes',
      entities: [],
      migrations: [first],
      logger,
      location,
      serviceUser: 'x"; drop',
    };
    await expect(Database.migrate(wanted)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
