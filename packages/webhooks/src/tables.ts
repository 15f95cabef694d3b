import type { SqlMigration } from '@switchboard/storage';

/** The table of callbacks; part of the schema of every service that has vendors. */
export const webhooksMigration: SqlMigration = {
  name: '0001-webhooks',
  statements: [
    `create table webhook_deliveries (
       id text primary key,
       vendor text not null,
       connection_id text not null,
       delivery_key text not null,
       verified boolean not null,
       method text not null,
       public_url text not null,
       headers jsonb not null,
       body bytea not null,
       received_at timestamptz not null,
       state text not null default 'STORED' check (state in ('STORED', 'APPLIED', 'REFUSED')),
       unique (vendor, connection_id, delivery_key)
     )`,
    'create index webhook_deliveries_received_at on webhook_deliveries (received_at)',
  ],
};
