import { type SqlMigration, tenantTable } from '@switchboard/storage';

/** Connections by a person's consent: what is under way at a vendor, and the care of the tokens that come of it. */
export const consentMigration: SqlMigration = {
  name: '0010-consent',
  statements: [
    `create table consents (
       id text primary key,
       state_hash text not null unique,
       challenge text not null,
       workspace_id text not null,
       bound_to text not null,
       user_id text,
       connection_id text,
       vendor text not null,
       sandbox boolean not null,
       test_only boolean not null,
       scopes jsonb not null,
       return_url text not null,
       created_at timestamptz not null,
       expires_at timestamptz not null,
       used_at timestamptz
     )`,
    ...tenantTable('consents'),
    `alter table connections
       add column account_id text,
       add column scopes jsonb,
       add column token_expires_at timestamptz,
       add column refreshed_at timestamptz,
       add column lent_at timestamptz,
       add column retry_at timestamptz,
       add column retries integer not null default 0,
       add column token_generation integer not null default 0,
       add column lease_owner text,
       add column lease_until timestamptz,
       add constraint connections_consent check ((account_id is null) = (scopes is null))`,
    // The same account connected again is the same connection.
    `create unique index connections_account on connections
       (workspace_id, vendor, account_id, coalesce(user_id, ''), sandbox, test_only) where account_id is not null`,
    'create index connections_refreshed on connections (refreshed_at) where account_id is not null',
  ],
};
