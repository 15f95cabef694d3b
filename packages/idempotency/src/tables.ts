import { type SqlMigration, tenantTable } from '@switchboard/storage';

/** The table of used keys; part of every service's schema. */
export const idempotencyMigration: SqlMigration = {
  name: '0001-idempotency',
  statements: [
    `create table idempotency_keys (
       workspace_id text not null,
       mode text not null,
       mutation text not null,
       key text not null,
       request_hash text not null,
       resource_id text,
       user_errors jsonb not null default '[]',
       created_at timestamptz not null default now(),
       expires_at timestamptz not null,
       primary key (workspace_id, mode, mutation, key)
     )`,
    'create index idempotency_keys_expires_at on idempotency_keys (expires_at)',
    ...tenantTable('idempotency_keys'),
  ],
};
