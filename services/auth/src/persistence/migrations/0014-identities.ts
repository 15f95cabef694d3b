import type { SqlMigration } from '@switchboard/storage';

/** Accounts elsewhere that people sign in with. They belong to people, not to workspaces. */
export const identitiesMigration: SqlMigration = {
  name: '0014-identities',
  statements: [
    `create table identities (
       id text primary key,
       user_id text not null references users (id),
       provider text not null,
       subject text not null,
       created_at timestamptz not null,
       unique (provider, subject),
       unique (user_id, provider)
     )`,
    `create table sign_in_starts (
       id text primary key,
       state_hash text not null unique,
       token_hash text not null,
       challenge text not null,
       provider text not null,
       return_url text not null,
       created_at timestamptz not null,
       expires_at timestamptz not null,
       used_at timestamptz
     )`,
  ],
};
