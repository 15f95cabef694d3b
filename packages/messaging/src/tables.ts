import { type SqlMigration, serviceTable } from '@switchboard/storage';

/** The tables behind outbox, inbox and dead letters; part of every service's schema. */
export const messagingMigration: SqlMigration = {
  name: '0001-messaging',
  statements: [
    `create table outbox (
       seq bigint generated always as identity primary key,
       id text not null unique,
       type text not null,
       source text not null,
       workspace_id text not null,
       occurred_at timestamptz not null,
       payload bytea not null,
       trace jsonb not null,
       lease_owner text,
       lease_until timestamptz,
       attempts int not null default 0,
       published_at timestamptz
     )`,
    'create index outbox_unpublished on outbox (seq) where published_at is null',
    'create index outbox_published_at on outbox (published_at)',
    ...serviceTable('outbox', 'insert'),
    `create table inbox (
       handler text not null,
       event_id text not null,
       handled_at timestamptz not null default now(),
       primary key (handler, event_id)
     )`,
    'create index inbox_handled_at on inbox (handled_at)',
    `create table dead_letters (
       id text primary key,
       handler text not null,
       event_id text not null,
       type text not null,
       subject text not null,
       source text not null,
       workspace_id text not null,
       occurred_at timestamptz not null,
       payload bytea not null,
       trace jsonb not null,
       code text not null,
       reason text not null,
       attempts int not null,
       failed_at timestamptz not null default now(),
       replayed_at timestamptz,
       unique (handler, event_id)
     )`,
  ],
};
