import type { SqlMigration } from '@switchboard/storage';

/** Workspaces that the platform has suspended, and why. */
export const suspensionMigration: SqlMigration = {
  name: '0012-suspension',
  statements: [
    `alter table workspaces
       add column suspended_at timestamptz,
       add column suspended_reason text,
       add constraint workspaces_suspension check ((suspended_at is null) = (suspended_reason is null))`,
  ],
};
