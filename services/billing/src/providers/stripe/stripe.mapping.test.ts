import fc from 'fast-check';
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import {
  errorCodeOf,
  feeFromStripe,
  fromStripeAmount,
  toPaymentSnapshot,
  toRefundSnapshot,
  toStripeAmount,
} from './stripe.mapping.ts';

describe('amounts', () => {
  it.each([
    [1_099n, 'USD', 1_099],
    [500n, 'JPY', 500],
    [5_120n, 'KWD', 5_120],
    // No digits by ISO 4217, two at Stripe.
    [1_500n, 'ISK', 150_000],
    [5_000n, 'UGX', 500_000],
    // Two digits by ISO 4217, none at Stripe.
    [500_000n, 'MGA', 5_000],
    [100_000n, 'HUF', 100_000],
  ])('%s %s is %s', (amountMinor, currency, amount) => {
    expect(toStripeAmount({ amountMinor, currency })).toEqual({ amount, currency: currency.toLowerCase() });
    expect(fromStripeAmount(amount, currency.toLowerCase())).toEqual({ amountMinor, currency });
  });

  it.each([
    [5_124n, 'KWD', 'AMOUNT_HAS_FRACTION'],
    [500_050n, 'MGA', 'AMOUNT_HAS_FRACTION'],
    [10n ** 17n, 'USD', 'AMOUNT_TOO_LARGE'],
  ])('%s %s is refused: %s', (amountMinor, currency, code) => {
    expect(() => toStripeAmount({ amountMinor, currency })).toThrow(code);
  });

  it('come back as they went, or are refused', () => {
    const currencies = fc.constantFrom('USD', 'JPY', 'KWD', 'ISK', 'UGX', 'MGA', 'TND', 'EUR');
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), currencies, (amountMinor, currency) => {
        let sent: { amount: number; currency: string };
        try {
          sent = toStripeAmount({ amountMinor, currency });
        } catch {
          return;
        }
        expect(Number.isSafeInteger(sent.amount)).toBe(true);
        expect(fromStripeAmount(sent.amount, sent.currency)).toEqual({ amountMinor, currency });
      }),
    );
  });

  it('of fees are rounded where Stripe counts finer than the currency', () => {
    expect(feeFromStripe(4_350, 'isk')).toEqual({ amountMinor: 44n, currency: 'ISK' });
    expect(feeFromStripe(117, 'usd')).toEqual({ amountMinor: 117n, currency: 'USD' });
  });
});

const intent = (fields: object) =>
  ({ id: 'pi_1', currency: 'usd', amount_received: 0, ...fields }) as Stripe.PaymentIntent;

describe('payment intents', () => {
  it.each([
    ['requires_payment_method', 'REQUIRES_CONFIRMATION'],
    ['requires_confirmation', 'REQUIRES_CONFIRMATION'],
    ['requires_action', 'REQUIRES_ACTION'],
    ['processing', 'PROCESSING'],
    ['requires_capture', 'REQUIRES_CAPTURE'],
    ['canceled', 'CANCELED'],
    ['succeeded', 'SUCCEEDED'],
  ])('%s is %s', (status, ours) => {
    expect(toPaymentSnapshot(intent({ status })).status).toBe(ours);
  });

  it('that were refused have failed', () => {
    const last_payment_error = { code: 'card_declined', decline_code: 'lost_card' };
    const seen = toPaymentSnapshot(intent({ status: 'requires_payment_method', last_payment_error }));
    expect(seen).toMatchObject({ status: 'FAILED', errorCode: 'LOST_CARD' });
    // An old refusal says nothing of a new attempt.
    expect(toPaymentSnapshot(intent({ status: 'processing', last_payment_error })).status).toBe('PROCESSING');
  });

  it('that succeeded say what was taken and kept', () => {
    const latest_charge = { id: 'ch_1', balance_transaction: { fee: 117, currency: 'usd' } };
    expect(
      toPaymentSnapshot(intent({ status: 'succeeded', amount_received: 2_999, latest_charge })),
    ).toMatchObject({
      providerChargeId: 'ch_1',
      captured: { amountMinor: 2_999n, currency: 'USD' },
      fee: { amountMinor: 117n, currency: 'USD' },
    });
  });
});

it('prefers the more telling code', () => {
  expect(errorCodeOf({ code: 'card_declined', decline_code: 'generic_decline' })).toBe('CARD_DECLINED');
  expect(errorCodeOf({ code: 'expired_card' })).toBe('EXPIRED_CARD');
});

it.each([
  ['pending', 'PROCESSING'],
  ['requires_action', 'PROCESSING'],
  ['succeeded', 'SUCCEEDED'],
  ['failed', 'FAILED'],
  ['canceled', 'FAILED'],
])('a refund that is %s is %s', (status, ours) => {
  const refund = { id: 're_1', amount: 5, currency: 'usd', status, metadata: {} } as Stripe.Refund;
  expect(toRefundSnapshot(refund).status).toBe(ours);
});
