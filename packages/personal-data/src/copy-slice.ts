import type { Database } from '@switchboard/storage';
import type { Copy, Inventory } from './inventory.ts';
import { conditionFor, type DataSubject } from './subject.ts';
import { type Progress, type Slice, type Task, tasksFor } from './tasks.ts';

/** A piece has to fit into a message of the broker (1 MB), encrypted and in base64. */
const PART_BYTES_MAX = 384 * 1_024;
const LINES_PER_PAGE = 50;

/** A piece of a copy. */
export interface DataPart {
  readonly sequence: number;
  readonly path: string;
  readonly content: Uint8Array;
}

interface Row {
  key: string;
  path: string;
  content: string | Uint8Array;
}

/**
 * Hands over rows, page by page, until there are no more or the time is up.
 * @param store takes a piece; the same one may come again after an interruption.
 * @param until milliseconds since 1970 at which to stop after the page in hand.
 */
export async function copySlice(
  database: Database,
  inventory: Inventory,
  subject: DataSubject,
  from: Progress,
  store: (part: DataPart) => Promise<void>,
  until: number,
): Promise<Slice> {
  const tasks = tasksFor(inventory, subject);
  let progress = from;
  for (let task = tasks[progress.task]; task; task = tasks[progress.task]) {
    const page = await readPage(database, task, subject, progress.after);
    let { parts } = progress;
    for (const { path, content } of piecesOf(page)) {
      await store({ sequence: parts, path, content });
      parts += 1;
    }
    const last = page.at(-1);
    progress = last
      ? { ...progress, after: last.key, rows: progress.rows + page.length, parts }
      : { ...progress, task: progress.task + 1, after: '' };
    if (Date.now() >= until) break;
  }
  return { progress, isDone: progress.task >= tasks.length };
}

async function readPage(
  database: Database,
  { table, share }: Task,
  subject: DataSubject,
  after: string,
): Promise<Row[]> {
  const { sql, parameters } = conditionFor(share.rows, subject);
  const copy = share.copy as Copy;
  const isFile = 'path' in copy;
  const content = isFile ? copy.bytes : `to_jsonb(t.*) - '{${(copy.without ?? []).join(',')}}'::text[]`;
  const path = isFile ? copy.path : `'${copy.file}.jsonl'`;
  const rows = await database.statement<{ key: string; path: string; content: unknown }>(
    `select (${table.key}) as key, (${path}) as path, (${content}) as content
     from ${table.table} t where (${sql}) and (${table.key}) > ?
     order by 1 limit ${isFile ? 1 : LINES_PER_PAGE}`,
    [...parameters, after],
  );
  return rows.map(({ content: value, ...row }) => ({
    ...row,
    content: isFile ? new Uint8Array(value as Uint8Array) : lineOf(value),
  }));
}

/** A row as a line of JSON, its columns named as in the API. */
function lineOf(value: unknown): string {
  const row = (typeof value === 'string' ? JSON.parse(value) : value) as Record<string, unknown>;
  const named = Object.entries(row).map(([column, cell]) => [camelCase(column), cell] as const);
  return `${JSON.stringify(Object.fromEntries(named))}\n`;
}

function camelCase(column: string): string {
  return column.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

/** Joins what goes to the same path and cuts it to pieces of the size that can be handed over. */
function* piecesOf(page: readonly Row[]): Generator<{ path: string; content: Uint8Array }> {
  let path = '';
  let waiting: Uint8Array[] = [];
  for (const row of page) {
    if (row.path !== path) {
      yield* cut(path, waiting);
      [path, waiting] = [row.path, []];
    }
    waiting.push(typeof row.content === 'string' ? Buffer.from(row.content) : row.content);
  }
  yield* cut(path, waiting);
}

function* cut(path: string, chunks: readonly Uint8Array[]): Generator<{ path: string; content: Uint8Array }> {
  const whole = Buffer.concat(chunks);
  for (let at = 0; at < whole.length; at += PART_BYTES_MAX) {
    yield { path, content: whole.subarray(at, at + PART_BYTES_MAX) };
  }
}
