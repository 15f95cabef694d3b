import { describe, expect, it } from 'vitest';
import { after } from './clock.ts';
import { judgeRefresh } from './session.ts';

const now = new Date('2026-11-20T09:00:00Z');
const session = { generation: 5, rotatedAt: now, expiresAt: after(now, 60_000), revokedAt: null };

describe('a presented refresh token', () => {
  it.each([
    [5, 0, 'ROTATE'],
    [4, 10_000, 'REPEAT'],
    [4, 10_001, 'REUSED'],
    [3, 0, 'REUSED'],
    [6, 0, 'REUSED'],
    [5, 60_000, 'ENDED'],
  ] as const)('of generation %i after %i ms is judged %s', (generation, ms, verdict) => {
    expect(judgeRefresh(session, generation, after(now, ms))).toBe(verdict);
  });

  it('of a revoked session is judged ENDED', () => {
    expect(judgeRefresh({ ...session, revokedAt: now }, 5, now)).toBe('ENDED');
  });
});
