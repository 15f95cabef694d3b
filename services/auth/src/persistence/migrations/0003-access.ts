import { type SqlMigration, tenantTable } from '@switchboard/storage';

/** What lets somebody in: sessions, links, API keys, and the counters that slow guessing down. */
export const accessMigration: SqlMigration = {
  name: '0003-access',
  statements: [
    `create table sessions (
       id text primary key,
       user_id text not null references users (id),
       workspace_id text not null references workspaces (id),
       generation int not null,
       rotated_at timestamptz not null,
       created_at timestamptz not null,
       expires_at timestamptz not null,
       revoked_at timestamptz
     )`,
    'create index sessions_open on sessions (user_id) where revoked_at is null',
    `create table challenges (
       id text primary key,
       kind text not null check (kind in ('EMAIL_VERIFICATION', 'PASSWORD_RESET')),
       user_id text not null references users (id),
       workspace_id text not null,
       token_hash text not null,
       created_at timestamptz not null,
       expires_at timestamptz not null,
       used_at timestamptz
     )`,
    'create index challenges_open on challenges (user_id, kind) where used_at is null',
    `create table attempt_counters (
       bucket text primary key,
       attempts int not null,
       window_ends_at timestamptz not null
     )`,
    'create index attempt_counters_ended on attempt_counters (window_ends_at)',
    `create table api_keys (
       id text primary key,
       workspace_id text not null references workspaces (id),
       name text not null,
       scopes jsonb not null,
       mode text not null check (mode in ('live', 'test')),
       secret_hash text not null,
       last_four text not null,
       created_at timestamptz not null,
       expires_at timestamptz,
       revoked_at timestamptz,
       last_used_at timestamptz
     )`,
    'create index api_keys_workspace on api_keys (workspace_id, id)',
    ...tenantTable('api_keys'),
  ],
};
