import { defineHandler, type Handler } from '@switchboard/messaging';
import type { AppendEntry } from '../use-cases/append-entry.ts';

/** Every event of every service becomes an entry. */
export function appendEntryHandler(append: AppendEntry): Handler {
  return defineHandler({
    name: 'append-entry',
    event: 'every',
    handle: (event, tx) => append.execute(event, tx),
  });
}
