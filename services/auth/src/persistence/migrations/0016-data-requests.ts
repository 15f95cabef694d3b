import type { SqlMigration } from '@switchboard/storage';

/** Copies and erasures of what is kept of a person or a workspace. Pieces of a copy are encrypted. */
export const dataRequestsMigration: SqlMigration = {
  name: '0016-data-requests',
  statements: [
    `create table data_requests (
       id text primary key,
       kind text not null check (kind in ('EXPORT', 'ERASURE')),
       scope text not null check (scope in ('USER', 'WORKSPACE')),
       workspace_id text not null,
       user_id text,
       requested_by_user_id text not null,
       email text,
       connection_ids jsonb not null,
       state text not null check (state in ('SCHEDULED', 'RUNNING', 'DONE', 'CANCELLED', 'EXPIRED')),
       requested_at timestamptz not null,
       due_at timestamptz not null,
       announce_at timestamptz,
       completed_at timestamptz,
       expires_at timestamptz,
       check ((scope = 'USER') = (user_id is not null)),
       check ((state = 'RUNNING') = (announce_at is not null))
     )`,
    // Asking twice is asking once.
    `create unique index data_requests_open on data_requests (kind, coalesce(user_id, workspace_id))
       where state in ('SCHEDULED', 'RUNNING')`,
    'create index data_requests_requester on data_requests (requested_by_user_id, id)',
    `create table data_answers (
       request_id text not null references data_requests (id),
       service text not null,
       rows bigint not null,
       answered_at timestamptz not null,
       primary key (request_id, service)
     )`,
    `create table data_parts (
       request_id text not null references data_requests (id),
       service text not null,
       sequence int not null,
       path text not null,
       sealed text not null,
       primary key (request_id, service, sequence)
     )`,
  ],
};
