import type { SqlMigration } from '@switchboard/storage';

/** Where a key may be used from, and the secret before while partners change over to a new one. */
export const apiKeyCareMigration: SqlMigration = {
  name: '0008-api-key-care',
  statements: [
    `alter table api_keys
       add column allowed_addresses jsonb not null default '[]',
       add column previous_secret_hash text,
       add column previous_until timestamptz,
       add check ((previous_secret_hash is null) = (previous_until is null))`,
  ],
};
