/** The role every workspace-scoped transaction takes: it owns nothing and is bound by the policies. */
export const APPLICATION_ROLE = 'switchboard_app';
export const WORKSPACE_VARIABLE = 'app.workspace_id';
export const MODE_VARIABLE = 'app.mode';

/**
 * Statements that put a table behind the second wall between workspaces. The first is the ORM's filter;
 * this one holds when a query forgets it.
 * @param table a table with a `workspace_id text not null` column.
 * @param options.sandbox the table has a `sandbox boolean` column that test callers are confined to.
 * @param options.appendOnly rows can be added and read, never changed or removed.
 */
export function tenantTable(
  table: string,
  options: { sandbox?: boolean; appendOnly?: boolean } = {},
): readonly string[] {
  const own = `workspace_id = current_setting('${WORKSPACE_VARIABLE}', true)`;
  const mode = `(sandbox or coalesce(current_setting('${MODE_VARIABLE}', true), 'live') <> 'test')`;
  const rights = options.appendOnly ? 'select, insert' : 'select, insert, update, delete';
  return [
    `grant ${rights} on ${table} to ${APPLICATION_ROLE}`,
    `alter table ${table} enable row level security`,
    `create policy own_workspace on ${table} to ${APPLICATION_ROLE} using (${options.sandbox ? `${own} and ${mode}` : own})`,
  ];
}

/** Statements for a table that belongs to no workspace but that requests write (idempotency, outbox, intents). */
export function serviceTable(table: string, rights = 'select, insert, update, delete'): readonly string[] {
  return [`grant ${rights} on ${table} to ${APPLICATION_ROLE}`];
}

/** The role is shared by all databases of a server, so two services may create it at the same moment. */
export const createApplicationRole = {
  name: '0000-application-role',
  statements: [
    `do $$ begin
       if not exists (select from pg_roles where rolname = '${APPLICATION_ROLE}') then
         create role ${APPLICATION_ROLE} nologin;
       end if;
     exception when duplicate_object or unique_violation then null;
     end $$`,
    `do $$ begin
       if not pg_has_role(current_user, '${APPLICATION_ROLE}', 'member') then
         execute format('grant ${APPLICATION_ROLE} to %I', current_user);
       end if;
     end $$`,
    `grant usage on schema public to ${APPLICATION_ROLE}`,
  ],
};
