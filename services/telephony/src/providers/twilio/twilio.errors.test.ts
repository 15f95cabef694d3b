import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { toProviderError } from './twilio.errors.ts';

function refusal(status: number, code?: number): unknown {
  return new twilio.RestException({
    statusCode: status,
    body: JSON.stringify({ status, code, message: 'canary' }),
  });
}

describe('what Twilio’s refusals mean', () => {
  it.each([
    [401, 20003, 'RECONNECT_REQUIRED'],
    [404, 20404, 'NOT_FOUND'],
    [429, 20429, 'RATE_LIMITED'],
    [400, 21210, 'REJECTED'],
    [400, 21211, 'REJECTED'],
    [400, 21215, 'REJECTED'],
    [400, 21217, 'REJECTED'],
    [400, 21220, 'CONFLICT'],
    [400, 21606, 'REJECTED'],
    [400, 21610, 'REJECTED'],
    [400, 99999, 'REJECTED'],
    [429, undefined, 'RATE_LIMITED'],
  ] as const)('%s with code %s is %s', (status, code, expected) => {
    const error = toProviderError('messages.create', refusal(status, code), { acts: true });
    expect(error.code).toBe(expected);
    expect(error.publicMessage ?? '').not.toContain('canary');
  });

  it.each([
    ['a 500 while sending', refusal(500), true, 'OUTCOME_UNKNOWN'],
    ['a 403 while sending', refusal(403), true, 'REJECTED'],
    ['a 403 while reading', refusal(403), false, 'RECONNECT_REQUIRED'],
    ['a 500 while reading', refusal(500), false, 'UNAVAILABLE'],
    [
      'a time-out while sending',
      Object.assign(new Error('timeout'), { code: 'ECONNABORTED' }),
      true,
      'OUTCOME_UNKNOWN',
    ],
    [
      'a lost connection while sending',
      Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
      true,
      'OUTCOME_UNKNOWN',
    ],
    [
      'a refused connection while sending',
      Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
      true,
      'UNAVAILABLE',
    ],
  ])('%s', (_what, thrown, acts, expected) => {
    expect(toProviderError('messages.create', thrown, { acts }).code).toBe(expected);
  });
});
