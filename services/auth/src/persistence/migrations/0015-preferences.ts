import { type SqlMigration, tenantTable } from '@switchboard/storage';

/** What members want in a workspace. It goes with the membership. */
export const preferencesMigration: SqlMigration = {
  name: '0015-preferences',
  statements: [
    `create table preferences (
       id text primary key,
       workspace_id text not null,
       user_id text not null,
       channels jsonb not null,
       quiet_hours jsonb,
       ai_opt_out boolean not null,
       updated_at timestamptz not null,
       unique (workspace_id, user_id),
       foreign key (workspace_id, user_id) references memberships (workspace_id, user_id) on delete cascade
     )`,
    ...tenantTable('preferences'),
  ],
};
