import { messagingMigration } from '@switchboard/messaging';
import type { SqlMigration } from '@switchboard/storage';

/** What the clerk works without, in a control run. */
export type Missing = 'outbox' | 'inbox';

/** Of the tables every service has, those that the invariants ask for and the clerk never fills. */
const unused: SqlMigration = {
  name: '1000-unused',
  statements: [
    'create table intents (state text, lease_until timestamptz)',
    'create table webhook_deliveries (state text)',
  ],
};

const own: SqlMigration = {
  name: '1001-clerk',
  statements: [
    'create table orders (key text primary key)',
    // Without a unique key on purpose: the inbox alone keeps an order from being booked twice.
    'create table bookings (order_key text not null)',
  ],
};

/** Takes the table's memory away below the code, which stays as it is in the house. */
const forgetful: Record<Missing, SqlMigration> = {
  outbox: {
    name: '1002-without-outbox',
    statements: [
      'create function drop_row() returns trigger language plpgsql as $$ begin return null; end $$',
      'create trigger forget before insert on outbox for each row execute function drop_row()',
    ],
  },
  inbox: {
    name: '1002-without-inbox',
    statements: [
      'create function forget_all() returns trigger language plpgsql as $$ begin delete from inbox; return null; end $$',
      'create trigger forget after insert on inbox for each statement execute function forget_all()',
    ],
  },
};

export function clerkMigrations(without: Missing | undefined): readonly SqlMigration[] {
  return [messagingMigration, unused, own, ...(without ? [forgetful[without]] : [])];
}
