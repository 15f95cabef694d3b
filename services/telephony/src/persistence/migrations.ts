import { type SqlMigration, tenantTable } from '@switchboard/storage';

export const migrations: readonly SqlMigration[] = [
  {
    name: '1000-telephony',
    statements: [
      `create table twilio_settings (
         id text primary key,
         workspace_id text not null,
         user_id text not null,
         connection_id text not null,
         account_sid text not null,
         auth_token_last_four text not null,
         phone_number text not null,
         sms_enabled boolean not null,
         voice_enabled boolean not null,
         is_active boolean not null,
         is_verified boolean not null,
         last_verified_at timestamptz,
         sandbox boolean not null,
         created_at timestamptz not null,
         updated_at timestamptz not null,
         unique (workspace_id, user_id)
       )`,
      'create index twilio_settings_connection on twilio_settings (connection_id)',
      ...tenantTable('twilio_settings', { sandbox: true }),
      `create table sms (
         id text primary key,
         workspace_id text not null,
         settings_id text not null,
         connection_id text not null,
         user_id text not null,
         direction text not null check (direction in ('OUTBOUND', 'INBOUND')),
         from_number text not null,
         to_number text not null,
         body text not null,
         status text not null,
         error_code text,
         provider_message_id text,
         segments int not null,
         sandbox boolean not null,
         created_at timestamptz not null,
         updated_at timestamptz not null
       )`,
      'create index sms_workspace on sms (workspace_id, id)',
      'create index sms_to on sms (workspace_id, to_number, id)',
      'create index sms_from on sms (workspace_id, from_number, id)',
      'create unique index sms_provider_message on sms (connection_id, provider_message_id)',
      ...tenantTable('sms', { sandbox: true }),
      `create table opt_outs (
         id text primary key,
         workspace_id text not null,
         settings_id text not null,
         own_number text not null,
         phone_number text not null,
         active boolean not null,
         sandbox boolean not null,
         updated_at timestamptz not null,
         unique (workspace_id, own_number, phone_number)
       )`,
      ...tenantTable('opt_outs', { sandbox: true }),
    ],
  },
];
