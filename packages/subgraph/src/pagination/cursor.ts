import { createHash } from 'node:crypto';
import { invalidInput } from '@switchboard/errors';

/**
 * What a cursor is good for: a digest of the list's filter and order. A cursor of one list used in another
 * would silently skip rows.
 */
export function bindingOf(filter: unknown, order: string): string {
  return createHash('sha256').update(stableJson({ filter, order })).digest('base64url').slice(0, 12);
}

/** Opaque to clients: the binding and the id of the row it stands on. */
export function encodeCursor(binding: string, id: string): string {
  return Buffer.from(`${binding}.${id}`).toString('base64url');
}

/** @returns the row's id. @throws AppError INVALID_INPUT for anything but a cursor of this list. */
export function decodeCursor(binding: string, cursor: string, argument: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const dot = text.indexOf('.');
  if (dot < 0 || text.slice(0, dot) !== binding || !/^[a-z]{2,8}_[0-9A-Z]{26}$/.test(text.slice(dot + 1))) {
    throw invalidInput(`Argument "${argument}" is not a cursor of this list.`, { argument });
  }
  return text.slice(dot + 1);
}

function stableJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, entry: unknown) => {
    if (typeof entry === 'bigint') return entry.toString();
    if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return entry;
    // Absent and null mean the same filter.
    const present = Object.entries(entry).filter(([, member]) => member !== null && member !== undefined);
    return Object.fromEntries(present.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
