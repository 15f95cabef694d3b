import { setImmediate } from 'node:timers/promises';
import type { RecordedOperation } from '../operations/recorded-operation.ts';
import { type ApiChange, apiChanges, mayBreak } from './api-changes.ts';
import { apiSchemaOf } from './api-schema.ts';
import { type BrokenOperation, brokenOperation } from './broken-operation.ts';

/** What a new supergraph would do to clients. */
export interface CheckedSupergraph {
  /** What was taken away or changed, whether anybody uses it or not. */
  readonly changes: readonly ApiChange[];
  /** Operations that clients send and that would break; none: it may be published. */
  readonly broken: readonly BrokenOperation[];
  /** How many operations were looked at; 0 when nothing could break. */
  readonly operations: number;
}

/** Lets timers run in between: a lease has to be renewed while thousands of operations are validated. */
const AT_ONCE = 20;

/**
 * Compares a composed supergraph with the last good one by what clients send.
 * @param lastGood absent the first time: then there is nobody to break.
 * @param readOperations asked only if something could break. Whatever it throws is thrown.
 */
export async function checkSupergraph(
  candidate: string,
  lastGood: string | undefined,
  readOperations: () => Promise<readonly RecordedOperation[]>,
): Promise<CheckedSupergraph> {
  if (lastGood === undefined) return { changes: [], broken: [], operations: 0 };
  const [before, after] = [apiSchemaOf(lastGood), apiSchemaOf(candidate)];
  const changes = apiChanges(before, after);
  if (!mayBreak(before, after, changes)) return { changes, broken: [], operations: 0 };
  const operations = await readOperations();
  const broken: BrokenOperation[] = [];
  for (const [index, operation] of operations.entries()) {
    if (index % AT_ONCE === 0) await setImmediate();
    const found = brokenOperation(before, after, operation);
    if (found) broken.push(found);
  }
  return { changes, broken, operations: operations.length };
}
