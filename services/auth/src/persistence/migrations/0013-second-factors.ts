import type { SqlMigration } from '@switchboard/storage';

/** Second factors. They belong to people, not to workspaces. */
export const secondFactorsMigration: SqlMigration = {
  name: '0013-second-factors',
  statements: [
    `create table second_factors (
       id text primary key,
       user_id text not null references users (id),
       kind text not null,
       sealed text not null,
       confirmed_at timestamptz,
       last_time_step integer not null,
       created_at timestamptz not null,
       unique (user_id, kind)
     )`,
    `create table recovery_codes (
       id text primary key,
       user_id text not null references users (id),
       code_hash text not null,
       used_at timestamptz,
       unique (user_id, code_hash)
     )`,
    `create table factor_challenges (
       id text primary key,
       purpose text not null check (purpose in ('SIGN_IN', 'SMS_SETUP')),
       token_hash text not null unique,
       user_id text not null references users (id),
       workspace_id text not null,
       attempts integer not null,
       codes_sent integer not null,
       created_at timestamptz not null,
       expires_at timestamptz not null,
       used_at timestamptz
     )`,
  ],
};
