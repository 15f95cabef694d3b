import type { CompleteTable, Inventory, Share } from './inventory.ts';
import type { DataSubject } from './subject.ts';

/** Some rows of one table, to be copied or erased. */
export interface Task {
  readonly table: CompleteTable;
  readonly share: Share;
}

/** How far the work on a request has come; kept between slices, so it holds ids and numbers only. */
export interface Progress {
  /** Index of the task in hand. */
  readonly task: number;
  /** Key of the last row that is done of it; empty at its beginning. */
  readonly after: string;
  readonly rows: number;
  /** Pieces handed over so far. */
  readonly parts: number;
}

export const BEGINNING: Progress = { task: 0, after: '', rows: 0, parts: 0 };

/** A slice of the work: where it ended, and whether there is no more. */
export interface Slice {
  readonly progress: Progress;
  readonly isDone: boolean;
}

/** What there is to do for a subject, in the inventory's order. */
export function tasksFor(inventory: Inventory, { kind, scope }: Pick<DataSubject, 'kind' | 'scope'>): Task[] {
  const tasks = inventory.flatMap((table) => {
    const shares = scope === 'WORKSPACE' ? [table.workspace] : table.person;
    return shares.map((share) => ({ table, share }));
  });
  return tasks.filter(({ share }) =>
    kind === 'EXPORT' ? share.copy !== undefined : share.erasure === 'delete' || 'set' in share.erasure,
  );
}
