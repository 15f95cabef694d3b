import type { Order } from '@paypal/paypal-server-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromPaypalMoney, toPaymentSnapshot, toPaypalMoney, toRefundSnapshot } from './paypal.mapping.ts';

describe('amounts', () => {
  it.each([
    [1_099n, 'USD', '10.99'],
    [5n, 'EUR', '0.05'],
    [500n, 'JPY', '500'],
    [100_000n, 'HUF', '1000'],
    [12_300n, 'TWD', '123'],
  ])('%s %s is %s', (amountMinor, currency, value) => {
    expect(toPaypalMoney({ amountMinor, currency })).toEqual({ currencyCode: currency, value });
    expect(fromPaypalMoney({ currencyCode: currency, value })).toEqual({ amountMinor, currency });
  });

  it.each([
    [100_050n, 'HUF', 'AMOUNT_HAS_FRACTION'],
    [1_000n, 'KWD', 'CURRENCY_NOT_SUPPORTED'],
  ])('%s %s is refused: %s', (amountMinor, currency, code) => {
    expect(() => toPaypalMoney({ amountMinor, currency })).toThrow(code);
  });

  it('come back as they went, or are refused', () => {
    const currencies = fc.constantFrom('USD', 'EUR', 'JPY', 'HUF', 'TWD');
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), currencies, (amountMinor, currency) => {
        try {
          expect(fromPaypalMoney(toPaypalMoney({ amountMinor, currency }))).toEqual({
            amountMinor,
            currency,
          });
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'REJECTED' });
        }
      }),
    );
  });
});

function order(status: string, capture?: object, links: object[] = []): Order {
  const purchaseUnits = capture ? [{ payments: { captures: [{ id: 'CAP1', ...capture }] } }] : [];
  return { id: 'ORDER1', status, purchaseUnits, links } as unknown as Order;
}

describe('orders', () => {
  it.each([
    ['CREATED', undefined, 'REQUIRES_APPROVAL'],
    ['PAYER_ACTION_REQUIRED', undefined, 'REQUIRES_APPROVAL'],
    ['APPROVED', undefined, 'REQUIRES_CAPTURE'],
    ['VOIDED', undefined, 'CANCELED'],
    ['COMPLETED', 'COMPLETED', 'SUCCEEDED'],
    ['COMPLETED', 'PARTIALLY_REFUNDED', 'SUCCEEDED'],
    ['COMPLETED', 'REFUNDED', 'SUCCEEDED'],
    ['COMPLETED', 'PENDING', 'PROCESSING'],
    ['COMPLETED', 'DECLINED', 'FAILED'],
    ['COMPLETED', 'FAILED', 'FAILED'],
  ])('%s with a capture %s is %s', (status, capture, ours) => {
    expect(toPaymentSnapshot(order(status, capture ? { status: capture } : undefined)).status).toBe(ours);
  });

  it('say where to approve, by either name of the link', () => {
    for (const rel of ['payer-action', 'approve']) {
      const links = [
        { rel: 'self', href: 'https://a.test/1' },
        { rel, href: 'https://a.test/2' },
      ];
      expect(toPaymentSnapshot(order('CREATED', undefined, links)).approvalUrl).toBe('https://a.test/2');
    }
  });

  it('that were captured say what was taken and kept', () => {
    const capture = {
      status: 'COMPLETED',
      amount: { currencyCode: 'USD', value: '10.99' },
      sellerReceivableBreakdown: { paypalFee: { currencyCode: 'USD', value: '0.87' } },
    };
    expect(toPaymentSnapshot(order('COMPLETED', capture))).toMatchObject({
      providerChargeId: 'CAP1',
      captured: { amountMinor: 1_099n, currency: 'USD' },
      fee: { amountMinor: 87n, currency: 'USD' },
    });
  });
});

it.each([
  ['PENDING', 'PROCESSING'],
  ['COMPLETED', 'SUCCEEDED'],
  ['FAILED', 'FAILED'],
  ['CANCELLED', 'FAILED'],
])('a refund that is %s is %s', (status, ours) => {
  const refund = { id: 'R1', status, amount: { currencyCode: 'USD', value: '1.00' } } as never;
  expect(toRefundSnapshot(refund).status).toBe(ours);
});
