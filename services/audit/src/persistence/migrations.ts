import { type SqlMigration, tenantTable } from '@switchboard/storage';

export const migrations: readonly SqlMigration[] = [
  {
    name: '1000-audit',
    statements: [
      // The grants already leave requests no way to change a row; this also holds for the service itself.
      `create function refuse_change() returns trigger language plpgsql as
       $$ begin raise exception '% is append-only', tg_table_name; end $$`,
      `create table audit_entries (
         id text primary key,
         workspace_id text not null,
         sequence bigint not null check (sequence > 0),
         event_id text not null unique,
         type text not null,
         service text not null,
         occurred_at timestamptz not null,
         recorded_at timestamptz not null,
         actor_kind text not null,
         actor_user_id text,
         actor_api_key_id text,
         actor_agent_id text,
         operation text,
         correlation_id text not null,
         causation_id text not null,
         subjects text[] not null,
         data text not null,
         payload_hash text not null,
         sandbox boolean not null,
         previous_hash text not null,
         hash text not null,
         unique (workspace_id, sequence)
       )`,
      'create index audit_entries_workspace on audit_entries (workspace_id, id)',
      'create index audit_entries_type on audit_entries (workspace_id, type, id)',
      'create index audit_entries_actor on audit_entries (workspace_id, actor_user_id, id)',
      'create index audit_entries_correlation on audit_entries (correlation_id)',
      'create index audit_entries_causation on audit_entries (causation_id)',
      'create index audit_entries_subjects on audit_entries using gin (subjects)',
      ...tenantTable('audit_entries', { sandbox: true, appendOnly: true }),
      ...appendOnly('audit_entries'),
      `create table audit_heads (
         workspace_id text primary key,
         sequence bigint not null,
         hash text not null,
         signature text not null
       )`,
      ...tenantTable('audit_heads', { appendOnly: true }),
      `create table audit_checkpoints (
         workspace_id text not null,
         sequence bigint not null,
         hash text not null,
         signature text not null,
         signed_at timestamptz not null,
         primary key (workspace_id, sequence)
       )`,
      ...tenantTable('audit_checkpoints', { appendOnly: true }),
      ...appendOnly('audit_checkpoints'),
    ],
  },
  {
    // Null: the event is about nothing of a vendor. Test callers still see only what says true.
    name: '1001-sandbox-not-said',
    statements: ['alter table audit_entries alter column sandbox drop not null'],
  },
  {
    name: '1002-tool-executions',
    statements: [
      `create table tool_executions (
         id text primary key,
         workspace_id text not null,
         sandbox boolean not null,
         agent_id text,
         user_id text,
         api_key_id text,
         subject_id text not null,
         tool text not null,
         request_id text not null,
         status text not null check (status in ('PENDING', 'SUCCESS', 'FAILED')),
         input_sealed text not null,
         input_cut boolean not null,
         result_sealed text,
         output_cut boolean not null,
         duration_ms integer,
         created_at timestamptz not null,
         finished_at timestamptz,
         check ((status = 'PENDING') = (finished_at is null))
       )`,
      'create index tool_executions_workspace on tool_executions (workspace_id, id)',
      'create index tool_executions_agent on tool_executions (workspace_id, agent_id, id)',
      'create index tool_executions_user on tool_executions (user_id) where user_id is not null',
      ...tenantTable('tool_executions', { sandbox: true }),
      `create table subject_keys (
         workspace_id text not null,
         subject_id text not null,
         wrapped_key text not null,
         created_at timestamptz not null,
         primary key (workspace_id, subject_id)
       )`,
      'create index subject_keys_subject on subject_keys (subject_id)',
      // The application reads and makes keys; only an erasure ends one.
      ...tenantTable('subject_keys', { appendOnly: true }),
    ],
  },
];

function appendOnly(table: string): readonly string[] {
  return [
    `create trigger refuse_change before update or delete on ${table}
       for each row execute function refuse_change()`,
    `create trigger refuse_truncate before truncate on ${table}
       for each statement execute function refuse_change()`,
  ];
}
