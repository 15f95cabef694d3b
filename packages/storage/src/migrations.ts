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
  /** For a step that takes something away: since which release no version that may still run uses it. */
  readonly contracts?: string;
}

/** What the version before would stumble over: what it reads is gone, or what it writes is refused. */
const TAKES_AWAY = [
  /\bdrop\s+(table|column|schema|view|type|function)\b/i,
  /\brename\b/i,
  /\balter\s+column\s+\S+\s+(set\s+not\s+null|(set\s+data\s+)?type)\b/i,
  /\btruncate\b(?!\s+on\b)/i,
];
/** A column that rows of the version before would lack. */
const NEEDS_VALUE = /\badd\s+column\b(?=[^,]*\bnot\s+null\b)(?![^,]*\b(default|generated)\b)/i;

/** Statements of a step that the version before cannot live with. */
export function contractionsOf({ statements }: Pick<SqlMigration, 'statements'>): string[] {
  return statements.filter((statement) =>
    [...TAKES_AWAY, NEEDS_VALUE].some((pattern) => pattern.test(statement)),
  );
}

/**
 * What MikroORM's migrator runs for a step.
 * @throws Error for a step that takes something away and does not say since when nobody uses it.
 */
export function toMigrationObject(step: SqlMigration): MigrationObject {
  const [contraction] = step.contracts === undefined ? contractionsOf(step) : [];
  if (contraction !== undefined) {
    throw new Error(
      `step ${step.name} contracts the schema ("${contraction.slice(0, 80)}") and does not say why it may`,
    );
  }
  return {
    name: step.name,
    class: class extends Migration {
      override up(): void {
        for (const statement of step.statements) this.addSql(statement);
      }
    },
  };
}
