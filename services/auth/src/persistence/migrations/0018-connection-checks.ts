import type { SqlMigration } from '@switchboard/storage';

/** When connections by a form are tried at their vendor. Those there are begin within the hour, not all at once. */
export const connectionChecksMigration: SqlMigration = {
  name: '0018-connection-checks',
  statements: [
    `alter table connections
       add column next_check_at timestamptz,
       add column check_failures integer not null default 0`,
    `update connections set next_check_at = now() + random() * interval '1 hour'
     where account_id is null and state <> 'DISCONNECTED'
       and vendor in ('TWILIO', 'SENDGRID', 'SMTP', 'STRIPE', 'PAYPAL', 'ZOOM')`,
    'create index connections_next_check on connections (next_check_at) where next_check_at is not null',
  ],
};
