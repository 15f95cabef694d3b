import { type SqlMigration, tenantTable } from '@switchboard/storage';

export const migrations: readonly SqlMigration[] = [
  {
    name: '1000-meetings',
    statements: [
      `create table meetings (
         id text primary key,
         workspace_id text not null,
         user_id text,
         connection_id text not null,
         provider text not null,
         title text not null,
         status text not null,
         starts_at timestamptz not null,
         duration_minutes int not null check (duration_minutes between 1 and 1440),
         time_zone text not null,
         attendees jsonb not null,
         provider_meeting_id text,
         join_url text,
         error_code text,
         pending_change text check (pending_change in ('RESCHEDULE', 'CANCEL')),
         revision int not null,
         sandbox boolean not null,
         created_at timestamptz not null,
         updated_at timestamptz not null
       )`,
      'create index meetings_workspace on meetings (workspace_id, id)',
      'create index meetings_starts_at on meetings (workspace_id, starts_at)',
      'create index meetings_attendees on meetings using gin (attendees jsonb_path_ops)',
      'create unique index meetings_provider_meeting on meetings (connection_id, provider_meeting_id)',
      ...tenantTable('meetings', { sandbox: true }),
    ],
  },
];
