import { describe, expect, it } from 'vitest';
import { after } from './clock.ts';
import { type Health, healthAfterUse } from './health.ts';

const since = new Date('2026-11-20T09:00:00Z');
const connected: Health = { state: 'CONNECTED', since, lastErrorCode: null, lastSuccessAt: since };

describe('health after a use', () => {
  it.each([
    ['RECONNECT_REQUIRED', 'DISCONNECTED'],
    ['UNAUTHENTICATED', 'DISCONNECTED'],
    ['UNAVAILABLE', 'ERROR'],
    ['INTERNAL', 'ERROR'],
  ])('turns with %s to %s', (code, state) => {
    const now = after(since, 5_000);
    expect(healthAfterUse(connected, code, now)).toMatchObject({ state, since: now, lastErrorCode: code });
  });

  it('is not touched by what concerns one request only', () => {
    for (const code of ['REJECTED', 'RATE_LIMITED', 'INVALID_INPUT', 'OUTCOME_UNKNOWN', 'nonsense']) {
      expect(healthAfterUse(connected, code, since)).toBeUndefined();
    }
  });

  it('keeps the beginning of a state and writes successes once a minute', () => {
    const failing: Health = { ...connected, state: 'ERROR', lastErrorCode: 'UNAVAILABLE' };
    const later = after(since, 5_000);
    expect(healthAfterUse(failing, 'UNAVAILABLE', later)).toBeUndefined();
    expect(healthAfterUse(failing, 'INTERNAL', later)).toMatchObject({ since, lastErrorCode: 'INTERNAL' });
    expect(healthAfterUse(failing, '', later)).toMatchObject({
      state: 'CONNECTED',
      since: later,
      lastErrorCode: null,
    });
    expect(healthAfterUse(connected, '', after(since, 59_000))).toBeUndefined();
    expect(healthAfterUse(connected, '', after(since, 60_000))).toMatchObject({ since });
  });
});
