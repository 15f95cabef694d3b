export { Database, type DatabaseLocation, type DatabaseOptions, type Tx } from './database.ts';
export { isDatabaseAway } from './database-errors.ts';
export type { SqlMigration } from './migrations.ts';
export { findPage, type PagePlan } from './paging.ts';
export { APPLICATION_ROLE, serviceTable, tenantTable } from './row-security.ts';
export { isSystem, type Scope, SYSTEM, type WorkspaceScope } from './scope.ts';
