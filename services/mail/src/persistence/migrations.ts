import { type SqlMigration, tenantTable } from '@switchboard/storage';

/** The mail service's own tables. */
export const migrations: readonly SqlMigration[] = [
  {
    name: '0002-mail',
    statements: [
      `create table mail_messages (
         id text primary key,
         workspace_id text not null,
         user_id text,
         provider text not null,
         connection_id text not null,
         from_address text not null,
         subject text not null,
         text text,
         html text,
         status text not null,
         error_code text,
         provider_message_id text,
         internet_message_id text not null,
         reply_to_message_id text,
         thread_references text,
         template text,
         template_version int,
         source_id text,
         dedupe_key text unique,
         sandbox boolean not null,
         created_at timestamptz not null,
         updated_at timestamptz not null
       )`,
      'create index mail_messages_workspace on mail_messages (workspace_id, id)',
      'create index mail_messages_status on mail_messages (workspace_id, status, id)',
      ...tenantTable('mail_messages', { sandbox: true }),
      `create table mail_recipients (
         id text primary key,
         workspace_id text not null,
         message_id text not null references mail_messages (id) on delete cascade,
         kind text not null check (kind in ('TO', 'CC', 'BCC')),
         position int not null,
         address text not null,
         address_key text not null,
         status text not null,
         unique (message_id, address_key)
       )`,
      'create index mail_recipients_address on mail_recipients (workspace_id, address_key, message_id)',
      ...tenantTable('mail_recipients'),
      `create table mail_timeline (
         id text primary key,
         workspace_id text not null,
         message_id text not null references mail_messages (id) on delete cascade,
         at timestamptz not null,
         kind text not null,
         detail text,
         provider_event_id text,
         unique (message_id, provider_event_id)
       )`,
      'create index mail_timeline_message on mail_timeline (message_id, at)',
      ...tenantTable('mail_timeline'),
      `create table suppressions (
         id text primary key,
         workspace_id text not null,
         address_key text not null,
         reason text not null check (reason in ('HARD_BOUNCE', 'COMPLAINT', 'UNSUBSCRIBED')),
         message_id text not null,
         sandbox boolean not null,
         created_at timestamptz not null,
         unique (workspace_id, address_key, reason, sandbox)
       )`,
      ...tenantTable('suppressions', { sandbox: true }),
      `create table uploads (
         id text primary key,
         workspace_id text not null,
         filename text not null,
         content_type text not null,
         bytes int not null check (bytes > 0),
         state text not null check (state in ('ANNOUNCED', 'STORED')),
         token_hash text not null,
         transfer_id text,
         sha256 text,
         sandbox boolean not null,
         expires_at timestamptz not null,
         created_at timestamptz not null,
         stored_at timestamptz
       )`,
      'create index uploads_created_at on uploads (created_at)',
      ...tenantTable('uploads', { sandbox: true }),
      `create table upload_chunks (
         upload_id text not null references uploads (id) on delete cascade,
         workspace_id text not null,
         transfer_id text not null,
         position int not null,
         data bytea not null,
         primary key (upload_id, transfer_id, position)
       )`,
      ...tenantTable('upload_chunks'),
      `create table mail_attachments (
         id text primary key,
         workspace_id text not null,
         message_id text not null references mail_messages (id) on delete cascade,
         upload_id text not null references uploads (id),
         position int not null
       )`,
      'create index mail_attachments_message on mail_attachments (message_id)',
      'create index mail_attachments_upload on mail_attachments (upload_id)',
      ...tenantTable('mail_attachments'),
    ],
  },
];
