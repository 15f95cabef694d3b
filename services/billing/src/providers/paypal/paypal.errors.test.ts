import { ApiError } from '@paypal/paypal-server-sdk';
import { describe, expect, it } from 'vitest';
import { isTokenRefused, isToldByALook, toProviderError } from './paypal.errors.ts';

function refusal(statusCode: number, result: object, headers: Record<string, string> = {}): ApiError {
  const request = { method: 'POST', url: 'https://api.test', headers: { authorization: 'Bearer canary' } };
  const error = new ApiError({ request, response: { statusCode, headers, body: '' } } as never, 'no');
  return Object.assign(error, { result });
}
const issue = (name: string) => ({
  name: 'UNPROCESSABLE_ENTITY',
  debug_id: 'd1',
  details: [{ issue: name }],
});

describe('PayPal’s refusals', () => {
  it.each([
    [422, issue('INSTRUMENT_DECLINED'), 'REJECTED', 'INSTRUMENT_DECLINED'],
    [422, issue('ORDER_NOT_APPROVED'), 'REJECTED', 'ORDER_NOT_APPROVED'],
    [422, issue('REFUND_AMOUNT_EXCEEDED'), 'REJECTED', 'REFUND_AMOUNT_EXCEEDED'],
    [422, issue('PAYEE_ACCOUNT_RESTRICTED'), 'RECONNECT_REQUIRED', 'PAYEE_ACCOUNT_RESTRICTED'],
    [422, issue('DUPLICATE_REQUEST_ID'), 'CONFLICT', 'DUPLICATE_REQUEST_ID'],
    [400, { name: 'INVALID_REQUEST', details: [] }, 'REJECTED', 'INVALID_REQUEST'],
    [401, { error: 'invalid_client' }, 'RECONNECT_REQUIRED', 'INVALID_CLIENT'],
    [401, { error: 'invalid_token' }, 'UNAVAILABLE', 'INVALID_TOKEN'],
    [403, { name: 'NOT_AUTHORIZED' }, 'RECONNECT_REQUIRED', 'NOT_AUTHORIZED'],
    [404, { name: 'RESOURCE_NOT_FOUND' }, 'NOT_FOUND', 'RESOURCE_NOT_FOUND'],
    [409, issue('PREVIOUS_REQUEST_IN_PROGRESS'), 'UNAVAILABLE', 'PREVIOUS_REQUEST_IN_PROGRESS'],
    [429, { name: 'RATE_LIMIT_REACHED' }, 'RATE_LIMITED', 'RATE_LIMIT_REACHED'],
    [500, { name: 'INTERNAL_SERVER_ERROR' }, 'UNAVAILABLE', 'INTERNAL_SERVER_ERROR'],
    [503, {}, 'UNAVAILABLE', undefined],
  ])('%s %j is %s', (status, result, code, vendorCode) => {
    expect(toProviderError('op', refusal(status, result))).toMatchObject({ code, vendor: { vendorCode } });
  });

  it('keep the vendor’s delay and their own id, and no credential', () => {
    const error = toProviderError('op', refusal(429, issue('RATE_LIMIT_REACHED'), { 'retry-after': '7' }));
    expect(error).toMatchObject({ retryAfterMs: 7_000, vendor: { vendorRequestId: 'd1' } });
    expect(JSON.stringify(error.cause)).not.toContain('canary');
  });

  it('that never came are asked for again', () => {
    expect(toProviderError('op', new TypeError('fetch failed')).code).toBe('UNAVAILABLE');
  });

  it('say when the token is to be forgotten, and when a look tells all', () => {
    expect(isTokenRefused(refusal(401, {}))).toBe(true);
    expect(isToldByALook(refusal(422, issue('ORDER_ALREADY_CAPTURED')))).toBe(true);
    expect(isToldByALook(refusal(422, issue('ORDER_NOT_APPROVED')))).toBe(false);
  });
});
