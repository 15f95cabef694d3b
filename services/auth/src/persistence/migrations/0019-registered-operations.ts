import type { SqlMigration } from '@switchboard/storage';

/** Keys that may run nothing but the operations registered with the installation. */
export const registeredOperationsMigration: SqlMigration = {
  name: '0019-registered-operations',
  statements: ['alter table api_keys add column registered_operations_only boolean not null default false'],
};
