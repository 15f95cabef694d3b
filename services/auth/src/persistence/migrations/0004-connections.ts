import { type SqlMigration, tenantTable } from '@switchboard/storage';

/** Vendor accounts, their encrypted secrets, and the keys those are encrypted with. */
export const connectionsMigration: SqlMigration = {
  name: '0004-connections',
  statements: [
    `create table workspace_keys (
       workspace_id text primary key,
       wrapped_key text not null,
       created_at timestamptz not null
     )`,
    ...tenantTable('workspace_keys'),
    `create table connections (
       id text primary key,
       workspace_id text not null,
       owner_kind text not null check (owner_kind in ('PLATFORM', 'WORKSPACE', 'USER')),
       user_id text,
       vendor text not null,
       name text not null,
       sandbox boolean not null,
       test_only boolean not null,
       secrets_sealed text,
       shown jsonb not null,
       state text not null check (state in ('CONNECTED', 'DISCONNECTED', 'NOT_CONFIGURED', 'ERROR')),
       state_since timestamptz not null,
       last_error_code text,
       last_success_at timestamptz,
       created_at timestamptz not null,
       updated_at timestamptz not null,
       check ((owner_kind = 'USER') = (user_id is not null)),
       check ((owner_kind = 'PLATFORM') = (workspace_id = 'platform')),
       check ((owner_kind = 'PLATFORM') = (secrets_sealed is null))
     )`,
    'create index connections_workspace on connections (workspace_id, vendor)',
    ...tenantTable('connections', { sandbox: true }),
  ],
};
