import { expect, it } from 'vitest';
import { after, HOUR_MS, MINUTE_MS, SECOND_MS } from './clock.ts';
import {
  isDoubtful,
  isEnding,
  isLendable,
  mayRefresh,
  nextRefreshOf,
  retryAfter,
  type Token,
} from './token-care.ts';

const NOW = new Date('2026-11-20T09:00:00Z');
const token = (over: Partial<Token> = {}): Token => ({
  state: 'CONNECTED',
  tokenExpiresAt: after(NOW, HOUR_MS),
  refreshedAt: NOW,
  lentAt: null,
  retryAt: null,
  retries: 0,
  ...over,
});

it('renews a token before its end, and lends the old one meanwhile', () => {
  const ending = token({ tokenExpiresAt: after(NOW, 4 * MINUTE_MS) });
  expect([isEnding(ending, NOW), isLendable(ending, NOW)]).toEqual([true, true]);
  expect([isEnding(token(), NOW), isLendable(token(), NOW)]).toEqual([false, true]);
});

it('lends nothing that ends on its way', () => {
  expect(isLendable(token({ tokenExpiresAt: after(NOW, 29 * SECOND_MS) }), NOW)).toBe(false);
  expect(isLendable(token({ tokenExpiresAt: after(NOW, -1) }), NOW)).toBe(false);
});

it('leaves a vendor that fails alone for a while, and one that ended the grant for good', () => {
  expect(mayRefresh(token({ retryAt: after(NOW, 1) }), NOW)).toBe(false);
  expect(mayRefresh(token({ retryAt: NOW }), NOW)).toBe(true);
  expect(mayRefresh(token({ state: 'DISCONNECTED' }), NOW)).toBe(false);
  expect(mayRefresh(token({ state: 'ERROR' }), NOW)).toBe(true);
});

it('renews what is in use before it ends, and the rest daily', () => {
  expect(nextRefreshOf(token())).toEqual(after(NOW, 20 * HOUR_MS));
  expect(nextRefreshOf(token({ lentAt: NOW }))).toEqual(after(NOW, 55 * MINUTE_MS));
  expect(nextRefreshOf(token({ retryAt: after(NOW, 21 * HOUR_MS) }))).toEqual(after(NOW, 21 * HOUR_MS));
  expect(nextRefreshOf(token({ state: 'DISCONNECTED' }))).toBeNull();
});

it('does not blame a token that was renewed a moment ago', () => {
  expect(isDoubtful(token({ refreshedAt: after(NOW, -59 * SECOND_MS) }), NOW)).toBe(false);
  expect(isDoubtful(token({ refreshedAt: after(NOW, -61 * SECOND_MS) }), NOW)).toBe(true);
});

it('pauses longer after each failure, at most five minutes', () => {
  const pauses = [0, 1, 2, 3, 20, 400].map((retries) => retryAfter(retries, 1));
  expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 300_000, 300_000]);
  expect(retryAfter(0, 0)).toBe(1_000);
});
