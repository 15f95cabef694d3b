import type { MikroORM, SqlEntityManager, SqlMikroORM } from '@mikro-orm/sql';
import { AppError } from '@switchboard/errors';
import type { SqlMigration } from './migrations.ts';
import { APPLICATION_ROLE } from './row-security.ts';

type Orm = SqlMikroORM | MikroORM;

/** Where the steps that ran are noted. */
export const STEPS_TABLE = 'schema_migrations';

/** A step that waits longer for a table holds up everybody who comes after it, so it gives up and is run again. */
export const STEP_LOCK_TIMEOUT_MS = 10_000;

/**
 * Brings a schema up to date: every step that has not run, in order, all in one transaction: a run that is cut off
 * leaves the schema as it was, and is simply run again. Whoever comes while another one is at it waits, and then finds
 * nothing left to do; the lock goes with the connection that holds it.
 * @returns the names of the steps that ran now.
 */
export async function migrate(orm: Orm, isShared: boolean): Promise<string[]> {
  const up = async (): Promise<string[]> => (await orm.migrator.up()).map(({ name }) => name);
  // An embedded database has one connection, and its folder's lock keeps others out.
  if (!isShared) return up();
  return (orm.em.fork() as SqlEntityManager).transactional(async (em) => {
    await em.execute('set local statement_timeout = 0');
    await em.execute('set local idle_in_transaction_session_timeout = 0');
    await takeTurn(em);
    return up();
  });
}

/** Waits for everybody else who changes the schema; until the transaction's end they wait too. */
async function takeTurn(em: SqlEntityManager): Promise<void> {
  await em.execute('set local lock_timeout = 0');
  await em.execute("select pg_advisory_xact_lock(hashtextextended('switchboard-migrations', 0))");
}

/**
 * The steps that the database lacks, oldest first. Steps that it has and this version does not know are no fault: they
 * come from a newer version, and every version runs on the schema of the next.
 */
export async function missingSteps(
  ask: <Row extends object>(sql: string) => Promise<Row[]>,
  steps: readonly SqlMigration[],
): Promise<string[]> {
  const [table] = await ask<{ known: boolean; readable: boolean | null }>(
    `select to_regclass('${STEPS_TABLE}') is not null as known,
            has_table_privilege(to_regclass('${STEPS_TABLE}'), 'select') as readable`,
  );
  // What this user may not read has not been handed over yet: rights come after the last step.
  if (!table?.known || !table.readable) return steps.map(({ name }) => name);
  const rows = await ask<{ name: string }>(`select name from ${STEPS_TABLE}`);
  const ran = new Set(rows.map(({ name }) => name));
  return steps.map(({ name }) => name).filter((name) => !ran.has(name));
}

/** Names that need no thought about quoting or length. */
const PLAIN_ROLE = /^[a-z_][a-z0-9_-]{0,47}$/;

/**
 * Lets a user who owns nothing run the service: rows of every table, and no right to change the schema. Safe to run
 * again, and needed after every step that makes a table.
 * @throws AppError INVALID_INPUT for a name that is no plain role name.
 */
export async function grantToService(em: SqlEntityManager, user: string): Promise<void> {
  if (!PLAIN_ROLE.test(user)) {
    throw new AppError('INVALID_INPUT', `"${user}" is no plain role name (${PLAIN_ROLE.source})`);
  }
  // Rights are rows of catalogues, and PostgreSQL refuses the second of two who change one at the same moment.
  await takeTurn(em);
  await em.execute(`set local lock_timeout = ${STEP_LOCK_TIMEOUT_MS}`);
  await em.execute(`grant usage on schema public to "${user}"`);
  await em.execute(`grant select, insert, update, delete on all tables in schema public to "${user}"`);
  await em.execute(`grant usage, select on all sequences in schema public to "${user}"`);
  await em.execute(`revoke insert, update, delete on ${STEPS_TABLE} from "${user}"`);
  await em.execute(
    `do $$ begin
       if not pg_has_role('${user}', '${APPLICATION_ROLE}', 'member') then
         grant ${APPLICATION_ROLE} to "${user}";
       end if;
     end $$`,
  );
  // The second wall between workspaces binds everybody but a table's owner; work in nobody's name passes it by this.
  const policy = `service ${user}`;
  await em.execute(
    `do $$ declare walled text; begin
       for walled in
         select c.relname from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
           and not exists (
             select from pg_policies p
             where p.schemaname = 'public' and p.tablename = c.relname and p.policyname = '${policy}'
           )
       loop
         execute format('create policy %I on public.%I to %I using (true) with check (true)',
           '${policy}', walled, '${user}');
       end loop;
     end $$`,
  );
}
