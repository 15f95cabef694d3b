import { describe, expect, it } from 'vitest';
import type { Cursor } from './mailbox-leases.ts';
import { begunAt } from './read-mailbox.ts';

const now = new Date('2026-11-21T12:00:00.500Z');
const fresh: Cursor = {
  uidValidity: null,
  lastUid: 0,
  startedAt: null,
  rebuiltUntil: null,
  takenSince: null,
  lastSyncedAt: null,
};

describe('where reading a mailbox goes on', () => {
  it('is its end at the first look', () => {
    expect(begunAt(fresh, { uidValidity: '7', uidNext: 42 }, now)).toEqual({
      ...fresh,
      uidValidity: '7',
      lastUid: 41,
      startedAt: now,
    });
  });

  it('is where it was while UIDs mean the same', () => {
    const known = { ...fresh, uidValidity: '7', lastUid: 41, startedAt: now };
    expect(begunAt(known, { uidValidity: '7', uidNext: 50 }, now)).toBe(known);
  });

  it.each([
    // What came in the day before the last look, in whole seconds.
    ['2026-11-01T00:00:00Z', '2026-11-21T11:59:59.700Z', '2026-11-20T11:59:59.000Z'],
    // Never what lay in it at the first look.
    ['2026-11-21T09:00:00.900Z', '2026-11-21T11:00:00Z', '2026-11-21T09:00:00.000Z'],
  ])(
    'is its beginning after a rebuild; first looked at %s, last at %s: since %s',
    (startedAt, lastSyncedAt, since) => {
      const known = {
        ...fresh,
        uidValidity: '7',
        lastUid: 41,
        startedAt: new Date(startedAt),
        lastSyncedAt: new Date(lastSyncedAt),
      };
      expect(begunAt(known, { uidValidity: '8', uidNext: 10 }, now)).toMatchObject({
        uidValidity: '8',
        lastUid: 0,
        rebuiltUntil: 9,
        takenSince: new Date(since),
      });
    },
  );
});
