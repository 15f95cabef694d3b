import type { SqlMigration } from '@switchboard/storage';

/** Sessions whose membership ended under them, and when whoever holds one last showed who they are. */
export const strandedSessionsMigration: SqlMigration = {
  name: '0017-stranded-sessions',
  statements: [
    `alter table sessions
       add column stranded_at timestamptz,
       add column proven_at timestamptz`,
    'create index sessions_stranded on sessions (user_id) where stranded_at is not null',
  ],
};
