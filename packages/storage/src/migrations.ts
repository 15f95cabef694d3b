import type { MigrationObject } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';

/**
 * One step of the schema, forward only: expand first, contract in a later release, so that the version
 * before still runs against it.
 */
export interface SqlMigration {
  /** Unique and never renamed; steps run in the order they are listed. */
  readonly name: string;
  /** One SQL statement each (PGlite's protocol takes no scripts). */
  readonly statements: readonly string[];
}

/** What MikroORM's migrator runs for a step. */
export function toMigrationObject(step: SqlMigration): MigrationObject {
  return {
    name: step.name,
    class: class extends Migration {
      override up(): void {
        for (const statement of step.statements) this.addSql(statement);
      }
    },
  };
}
