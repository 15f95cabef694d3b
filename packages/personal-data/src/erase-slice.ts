import type { Database } from '@switchboard/storage';
import type { Inventory } from './inventory.ts';
import { conditionFor, type DataSubject } from './subject.ts';
import { type Progress, type Slice, type Task, tasksFor } from './tasks.ts';

/** Each page commits by itself: a workspace of millions of rows would hold its locks for minutes otherwise. */
const PAGE = 500;

/**
 * Erases rows, page by page, until there are no more or the time is up. Doing it again does no harm.
 * @param until milliseconds since 1970 at which to stop after the page in hand.
 */
export async function eraseSlice(
  database: Database,
  inventory: Inventory,
  subject: DataSubject,
  from: Progress,
  until: number,
): Promise<Slice> {
  const tasks = tasksFor(inventory, subject);
  let progress = from;
  for (let task = tasks[progress.task]; task; task = tasks[progress.task]) {
    const { rows, last } = await erasePage(database, task, subject, progress.after);
    progress =
      last === null
        ? { ...progress, task: progress.task + 1, after: '' }
        : { ...progress, after: last, rows: progress.rows + rows };
    if (Date.now() >= until) break;
  }
  return { progress, isDone: progress.task >= tasks.length };
}

/** @returns how many rows are done, and the greatest of their keys in the database's order; null without any. */
async function erasePage(
  database: Database,
  { table: { table, key }, share: { rows, erasure } }: Task,
  subject: DataSubject,
  after: string,
): Promise<{ rows: number; last: string | null }> {
  const { sql, parameters } = conditionFor(rows, subject);
  const page = `select ctid from ${table} where (${sql}) and (${key}) > ? order by (${key}) limit ${PAGE}`;
  const change =
    erasure === 'delete' ? `delete from ${table}` : `update ${table} set ${assignments(erasure)}`;
  const [done] = await database.statement<{ rows: number; last: string | null }>(
    `with done as (${change} where ctid in (${page}) returning (${key}) as key)
     select count(*)::int as rows, max(key) as last from done`,
    [...parameters, after],
  );
  return done ?? { rows: 0, last: null };
}

function assignments(erasure: unknown): string {
  const { set } = erasure as { set: Readonly<Record<string, string>> };
  return Object.entries(set)
    .map(([column, value]) => `${column} = ${value}`)
    .join(', ');
}
