import { describe, expect, it } from 'vitest';
import { retryAfterMs, toProviderError, ZoomGarbled, ZoomRefusal } from './zoom.errors.ts';

const acts = { acts: true };
const reads = { acts: false };

describe('Zoom’s refusals', () => {
  it.each([
    [401, 124, 'RECONNECT_REQUIRED'],
    [400, 200, 'RECONNECT_REQUIRED'],
    [400, 300, 'REJECTED'],
    [404, 1001, 'REJECTED'],
    [404, 1010, 'REJECTED'],
    [400, 3000, 'REJECTED'],
    [404, 3001, 'NOT_FOUND'],
    [400, 3002, 'REJECTED'],
    [400, 3161, 'REJECTED'],
    [401, 4700, 'RECONNECT_REQUIRED'],
    [400, 4711, 'RECONNECT_REQUIRED'],
    [429, 429, 'RATE_LIMITED'],
    [429, 200, 'RATE_LIMITED'],
    [401, undefined, 'RECONNECT_REQUIRED'],
    [404, undefined, 'NOT_FOUND'],
    [400, 99_999, 'REJECTED'],
  ] as const)('%i with code %s is %s', (status, code, expected) => {
    const error = toProviderError('meetings.create', new ZoomRefusal(status, code, 'no'), acts);
    expect(error.code).toBe(expected);
    expect(error.vendor.vendorCode).toBe(String(code ?? status));
  });

  it('are not told by a broken server: what may have been made is unknown, what only reads can be repeated', () => {
    const broken = new ZoomRefusal(502, undefined, 'bad gateway');
    expect(toProviderError('meetings.create', broken, acts).code).toBe('OUTCOME_UNKNOWN');
    expect(toProviderError('meetings.get', broken, reads).code).toBe('UNAVAILABLE');
    expect(toProviderError('meetings.create', new ZoomGarbled(), acts).code).toBe('OUTCOME_UNKNOWN');
  });

  it('keep the tracking id', () => {
    const refusal = new ZoomRefusal(400, 300, 'no', { 'x-zm-trackingid': 'WEB_1' });
    expect(toProviderError('meetings.create', refusal, acts).vendor.vendorRequestId).toBe('WEB_1');
  });
});

describe('a lost connection', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])('%s never arrived', (code) => {
    const thrown = Object.assign(new Error('gone'), { code });
    expect(toProviderError('meetings.create', thrown, acts).code).toBe('UNAVAILABLE');
  });

  it.each(['UND_ERR_SOCKET', 'ECONNRESET', 'UND_ERR_HEADERS_TIMEOUT', ''])('%s may have acted', (code) => {
    const thrown = Object.assign(new Error('gone'), { code });
    expect(toProviderError('meetings.create', thrown, acts).code).toBe('OUTCOME_UNKNOWN');
    expect(toProviderError('meetings.delete', thrown, reads).code).toBe('UNAVAILABLE');
  });
});

describe('Retry-After', () => {
  const now = new Date('2026-11-20T23:00:00Z');

  it.each([
    ['3', 3_000],
    ['2026-11-21T00:00:00Z', 3_600_000],
    ['2026-11-20T22:00:00Z', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s is %s ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
