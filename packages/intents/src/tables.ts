import { type SqlMigration, serviceTable } from '@switchboard/storage';

/** The table behind the worker; part of every service's schema. */
export const intentsMigration: SqlMigration = {
  name: '0001-intents',
  statements: [
    `create table intents (
       id text primary key,
       kind text not null,
       workspace_id text not null,
       payload jsonb not null,
       trace jsonb not null,
       state text not null default 'READY' check (state in ('READY', 'DONE', 'FAILED', 'UNKNOWN')),
       attempts int not null default 0,
       run_at timestamptz not null default now(),
       lease_owner text,
       lease_until timestamptz,
       in_call boolean not null default false,
       last_error text,
       created_at timestamptz not null default now(),
       ended_at timestamptz
     )`,
    "create index intents_due on intents (run_at) where state = 'READY'",
    ...serviceTable('intents', 'insert'),
  ],
};
