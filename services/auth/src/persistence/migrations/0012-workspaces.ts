import type { SqlMigration } from '@switchboard/storage';

/** Invitations that are sent again, one owner per workspace, workspaces that are suspended. */
export const workspacesMigration: SqlMigration = {
  name: '0012-workspaces',
  statements: [
    'alter table invitations add column generation integer not null default 1',
    // There was a time when an owner could invite another one: the first stays.
    `update memberships set role = 'ADMIN' where role = 'OWNER' and id > (
       select min(id) from memberships as first
       where first.workspace_id = memberships.workspace_id and first.role = 'OWNER')`,
    "update invitations set role = 'ADMIN' where role = 'OWNER' and accepted_at is null",
    "create unique index memberships_owner on memberships (workspace_id) where role = 'OWNER'",
    'alter table workspaces add column suspended_at timestamptz',
  ],
};
