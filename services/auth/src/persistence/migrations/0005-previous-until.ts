import type { SqlMigration } from '@switchboard/storage';

/** Until when the values before, which callbacks may still be signed with, are lent. */
export const previousUntilMigration: SqlMigration = {
  name: '0005-previous-until',
  statements: ['alter table connections add column previous_until timestamptz'],
};
