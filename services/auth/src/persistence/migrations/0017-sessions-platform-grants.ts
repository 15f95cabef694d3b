import type { SqlMigration } from '@switchboard/storage';

/**
 * Sessions whose membership ended under them, and when whoever holds one last showed who they are. Accounts that a
 * person connected for the whole installation.
 */
export const sessionsPlatformGrantsMigration: SqlMigration = {
  name: '0017-sessions-platform-grants',
  statements: [
    `alter table sessions
       add column stranded_at timestamptz,
       add column proven_at timestamptz`,
    'create index sessions_stranded on sessions (user_id) where stranded_at is not null',
    'alter table consents add column for_platform boolean not null default false',
    // The one of 0004 that says `(owner_kind = 'PLATFORM') = (secrets_sealed is null)`.
    'alter table connections drop constraint connections_check2',
    // Only what the configuration names has its secrets elsewhere.
    `alter table connections add constraint connections_secrets check
       ((owner_kind = 'PLATFORM' and account_id is null) = (secrets_sealed is null))`,
  ],
};
