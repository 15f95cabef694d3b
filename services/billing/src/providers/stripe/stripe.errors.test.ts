import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { isAboutTheIntent, toProviderError } from './stripe.errors.ts';

const refusal = (fields: object): unknown =>
  Stripe.errors.StripeError.generate({ type: 'invalid_request_error', message: 'no', ...fields } as never);

describe('Stripe’s refusals', () => {
  it.each([
    [
      { type: 'card_error', code: 'card_declined', decline_code: 'lost_card', statusCode: 402 },
      'REJECTED',
      'LOST_CARD',
    ],
    [{ code: 'amount_too_small', statusCode: 400 }, 'REJECTED', 'AMOUNT_TOO_SMALL'],
    [{ code: 'resource_missing', statusCode: 404 }, 'REJECTED', 'RESOURCE_MISSING'],
    [{ code: 'charge_already_refunded', statusCode: 400 }, 'REJECTED', 'CHARGE_ALREADY_REFUNDED'],
    [{ type: 'invalid_request_error', statusCode: 401 }, 'RECONNECT_REQUIRED', 'INVALID_REQUEST_ERROR'],
    [{ type: 'authentication_error', statusCode: 401 }, 'RECONNECT_REQUIRED', 'AUTHENTICATION_ERROR'],
    [{ code: 'api_key_expired', statusCode: 401 }, 'RECONNECT_REQUIRED', 'API_KEY_EXPIRED'],
    [{ statusCode: 403 }, 'RECONNECT_REQUIRED', 'INVALID_REQUEST_ERROR'],
    [{ code: 'rate_limit', statusCode: 429 }, 'RATE_LIMITED', 'RATE_LIMIT'],
    [{ code: 'lock_timeout', statusCode: 429 }, 'UNAVAILABLE', 'LOCK_TIMEOUT'],
    [{ code: 'idempotency_key_in_use', statusCode: 409 }, 'UNAVAILABLE', 'IDEMPOTENCY_KEY_IN_USE'],
    [{ type: 'idempotency_error', statusCode: 400 }, 'CONFLICT', 'IDEMPOTENCY_ERROR'],
    [{ type: 'api_error', statusCode: 500 }, 'UNAVAILABLE', 'API_ERROR'],
    // Kept under the key and answered again: repeating does not help.
    [
      { type: 'api_error', statusCode: 500, headers: { 'idempotent-replayed': 'true' } },
      'OUTCOME_UNKNOWN',
      'API_ERROR',
    ],
  ])('%j is %s (%s)', (fields, code, vendorCode) => {
    expect(toProviderError('op', refusal(fields))).toMatchObject({ code, vendor: { vendorCode } });
  });

  it('that never came are asked for again', () => {
    const lost = new Stripe.errors.StripeConnectionError({ type: 'api_error', message: 'reset' } as never);
    expect(toProviderError('op', lost).code).toBe('UNAVAILABLE');
    expect(toProviderError('op', new TypeError('defect')).code).toBe('INTERNAL');
  });

  it('about the intent itself are told by a look', () => {
    expect(isAboutTheIntent(refusal({ type: 'card_error', code: 'card_declined', statusCode: 402 }))).toBe(
      true,
    );
    expect(isAboutTheIntent(refusal({ code: 'payment_intent_unexpected_state', statusCode: 400 }))).toBe(
      true,
    );
    expect(isAboutTheIntent(refusal({ code: 'resource_missing', statusCode: 404 }))).toBe(false);
  });
});
