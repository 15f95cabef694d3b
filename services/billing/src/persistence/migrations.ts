import { type SqlMigration, tenantTable } from '@switchboard/storage';

export const migrations: readonly SqlMigration[] = [
  {
    name: '1000-billing',
    statements: [
      `create table customers (
         id text primary key,
         workspace_id text not null,
         connection_id text not null,
         contact text not null,
         email text,
         phone text,
         name text,
         provider_customer_id text,
         sandbox boolean not null,
         created_at timestamptz not null default now(),
         unique (workspace_id, connection_id, contact)
       )`,
      ...tenantTable('customers', { sandbox: true }),
      `create table payments (
         id text primary key,
         workspace_id text not null,
         connection_id text not null,
         user_id text,
         provider text not null check (provider in ('STRIPE', 'PAYPAL')),
         customer_id text references customers (id),
         status text not null,
         amount_minor bigint not null check (amount_minor > 0),
         currency text not null check (currency ~ '^[A-Z]{3}$'),
         captured_minor bigint not null check (captured_minor >= 0),
         refunded_minor bigint not null check (refunded_minor >= 0 and refunded_minor <= captured_minor),
         description text not null,
         customer_email text,
         customer_phone text,
         customer_name text,
         metadata jsonb not null,
         return_url text,
         approval_url text,
         error_code text,
         provider_payment_id text,
         provider_charge_id text,
         busy_with text,
         revision int not null,
         sandbox boolean not null,
         created_at timestamptz not null,
         updated_at timestamptz not null
       )`,
      'create index payments_workspace on payments (workspace_id, id)',
      'create index payments_customer_email on payments (workspace_id, customer_email, id)',
      'create index payments_customer_phone on payments (workspace_id, customer_phone, id)',
      'create unique index payments_provider_payment on payments (connection_id, provider_payment_id)',
      'create index payments_provider_charge on payments (connection_id, provider_charge_id)',
      ...tenantTable('payments', { sandbox: true }),
      `create table refunds (
         id text primary key,
         workspace_id text not null,
         payment_id text not null references payments (id),
         connection_id text not null,
         amount_minor bigint not null check (amount_minor > 0),
         currency text not null,
         status text not null,
         error_code text,
         provider_refund_id text,
         sandbox boolean not null,
         created_at timestamptz not null,
         updated_at timestamptz not null
       )`,
      'create index refunds_payment on refunds (payment_id)',
      'create unique index refunds_provider_refund on refunds (connection_id, provider_refund_id)',
      ...tenantTable('refunds', { sandbox: true }),
      `create table ledger_transactions (
         id text primary key,
         workspace_id text not null,
         payment_id text not null references payments (id),
         refund_id text references refunds (id),
         kind text not null,
         cause text not null unique,
         sandbox boolean not null,
         created_at timestamptz not null
       )`,
      ...tenantTable('ledger_transactions', { sandbox: true, appendOnly: true }),
      `create table ledger_entries (
         id text primary key,
         workspace_id text not null,
         transaction_id text not null references ledger_transactions (id),
         payment_id text not null references payments (id),
         kind text not null,
         account text not null,
         amount_minor bigint not null check (amount_minor <> 0),
         currency text not null check (currency ~ '^[A-Z]{3}$'),
         sandbox boolean not null,
         created_at timestamptz not null
       )`,
      'create index ledger_entries_payment on ledger_entries (payment_id)',
      'create index ledger_entries_transaction on ledger_entries (transaction_id)',
      'create index ledger_entries_account on ledger_entries (workspace_id, account, currency)',
      ...tenantTable('ledger_entries', { sandbox: true, appendOnly: true }),
      // Looked at when the transaction commits, because the first line alone cannot balance.
      `create function ledger_must_balance() returns trigger language plpgsql as $$
       begin
         if exists (
           select from ledger_entries where transaction_id = new.transaction_id
           group by currency having sum(amount_minor) <> 0
         ) then
           raise exception 'ledger transaction % does not balance', new.transaction_id;
         end if;
         return null;
       end $$`,
      `create constraint trigger ledger_entries_balance after insert on ledger_entries
         deferrable initially deferred for each row execute function ledger_must_balance()`,
      // The owner of the tables is bound by no grant.
      `create function ledger_is_append_only() returns trigger language plpgsql as $$
       begin
         raise exception 'the ledger is append-only';
       end $$`,
      ...['ledger_transactions', 'ledger_entries'].map(
        (table) =>
          `create trigger ${table}_append_only before update or delete on ${table}
             for each row execute function ledger_is_append_only()`,
      ),
    ],
  },
];
