import { randomFillSync } from 'node:crypto';
import { decodeTime, monotonicFactory } from 'ulid';

const pool = new Uint8Array(4_096);
let used = pool.length;

/** A random number from 0 to 1. From a pool, because asking the system for each of an id's 16 characters is slow. */
function random(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const byte = pool[used] ?? 0;
  used += 1;
  return byte / 256;
}

const next = monotonicFactory(random);
// Crockford's base32; the first character is 0 to 7 because a ULID has 128 bits (github.com/ulid/spec).
const ID = /^([a-z]{2,8})_([0-7][0-9A-HJKMNP-TV-Z]{25})$/;

/**
 * A new id: prefix, underscore, ULID (`msg_01J…`). Ids made by one process sort in the order they were made.
 * @param prefix lower-case letters; names the owning kind of thing.
 */
export function newId<P extends string>(prefix: P): `${P}_${string}` {
  return `${prefix}_${next()}`;
}

/** Splits an id; `undefined` when it is not one. */
export function parseId(id: string): { prefix: string; ulid: string } | undefined {
  const match = ID.exec(id);
  return match?.[1] && match[2] ? { prefix: match[1], ulid: match[2] } : undefined;
}

/** Whether `id` is well formed and carries this prefix. */
export function isId(prefix: string, id: unknown): id is string {
  return typeof id === 'string' && parseId(id)?.prefix === prefix;
}

/** When the id was made, in epoch milliseconds; `undefined` for anything that is not an id. */
export function idTime(id: string): number | undefined {
  const parsed = parseId(id);
  return parsed && decodeTime(parsed.ulid);
}
