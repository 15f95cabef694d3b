/** What is to be done with whose data. Never logged, never stored. */
export interface DataSubject {
  readonly kind: 'EXPORT' | 'ERASURE';
  readonly scope: 'USER' | 'WORKSPACE';
  /** Empty for a workspace. */
  readonly userId: string;
  /** The person's address; empty for a workspace. */
  readonly email: string;
  /** Empty for a person. */
  readonly workspaceId: string;
  /** Connections of the subject, also those that are gone. */
  readonly connectionIds: readonly string[];
}

/** A condition ready to be run. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

const NAMES = /:(userId|email|workspaceId|connectionIds)\b/g;

/**
 * Puts a subject into a condition of an inventory.
 * @throws Error for a condition of persons that is used for a workspace, or the other way round: it would match
 * whatever has nothing in that column.
 */
export function conditionFor(rows: string, subject: DataSubject): Condition {
  const parameters: unknown[] = [];
  const sql = rows.replace(NAMES, (_all, name: keyof DataSubject) => {
    const value = subject[name];
    if (value === '') throw new Error(`"${rows}" needs ${name}, which a ${subject.scope} has not`);
    // An empty list is no SQL; no id is empty.
    parameters.push(Array.isArray(value) && value.length === 0 ? [''] : value);
    return '?';
  });
  return { sql, parameters };
}
