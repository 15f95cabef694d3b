import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Payment, type SeenPayment } from './payment.ts';
import { PaymentStatus } from './payment-status.ts';

let payment: Payment;
beforeEach(() => {
  payment = Object.assign(new Payment(), {
    id: 'pay_1',
    status: 'PENDING',
    amountMinor: 2_999n,
    currency: 'USD',
  });
});

function saw(status: PaymentStatus, more: Partial<SeenPayment> = {}, errorCode?: string) {
  return payment.see({
    paymentId: 'pay_1',
    revision: payment.revision,
    snapshot: { providerPaymentId: 'pi_1', status, errorCode },
    ...more,
  });
}

describe('a payment', () => {
  it('goes forward by what is seen, and not back', () => {
    expect(saw('REQUIRES_CONFIRMATION', { action: 'OPEN' })).toBe('changed');
    expect(saw('SUCCEEDED')).toBe('changed');
    expect(saw('PROCESSING')).toBe('same');
    expect(payment).toMatchObject({ status: 'SUCCEEDED', capturedMinor: 2_999n, busyWith: null });
  });

  it('takes a look that began before its last change for old, unless it ends everything', () => {
    saw('REQUIRES_CONFIRMATION', { action: 'OPEN' });
    expect(saw('REQUIRES_ACTION', { revision: 0 })).toBe('stale');
    expect(saw('SUCCEEDED', { revision: 0 })).toBe('changed');
  });

  it('does not take the failure before for that of a new attempt', () => {
    saw('REQUIRES_CONFIRMATION', { action: 'OPEN' });
    saw('FAILED', {}, 'CARD_DECLINED');
    payment.begin('CONFIRM');
    expect(saw('FAILED', {}, 'CARD_DECLINED')).toBe('stale');
    expect(payment.status).toBe('REQUIRES_CONFIRMATION');
    expect(saw('FAILED', { action: 'CONFIRM' }, 'EXPIRED_CARD')).toBe('changed');
    expect(payment).toMatchObject({ status: 'FAILED', errorCode: 'EXPIRED_CARD', busyWith: null });
  });

  it('has one thing done to it at a time, and only what its status allows', () => {
    expect(() => payment.begin('CONFIRM')).toThrow('PAYMENT_STATUS');
    saw('REQUIRES_CONFIRMATION', { action: 'OPEN' });
    expect(() => payment.begin('CAPTURE')).toThrow('PAYMENT_STATUS');
    payment.begin('CONFIRM');
    expect(() => payment.begin('CANCEL')).toThrow('PAYMENT_BUSY');
  });

  it('keeps its status when an action was premature, and says when nobody knows', () => {
    saw('REQUIRES_APPROVAL', { action: 'OPEN' });
    payment.begin('CAPTURE');
    expect(payment.lose('CAPTURE', 'KEPT', 'ORDER_NOT_APPROVED')).toBe(false);
    expect(payment).toMatchObject({
      status: 'REQUIRES_APPROVAL',
      errorCode: 'ORDER_NOT_APPROVED',
      busyWith: null,
    });
    payment.begin('CAPTURE');
    expect(payment.lose('CAPTURE', 'OUTCOME_UNKNOWN', 'UNAVAILABLE')).toBe(true);
    expect(saw('SUCCEEDED')).toBe('changed');
    expect(payment.lose('CAPTURE', 'FAILED', 'x')).toBe(false);
  });

  it('is not moved by another payment that carries its id', () => {
    saw('REQUIRES_CONFIRMATION', { action: 'OPEN' });
    expect(saw('SUCCEEDED', { snapshot: { providerPaymentId: 'pi_2', status: 'SUCCEEDED' } })).toBe('same');
  });

  it('once paid stays paid, in any order of looks', () => {
    const looks = fc.array(fc.constantFrom(...Object.values(PaymentStatus)), { maxLength: 12 });
    fc.assert(
      fc.property(looks, (statuses) => {
        payment = Object.assign(new Payment(), {
          id: 'pay_1',
          status: 'PENDING',
          amountMinor: 1n,
          currency: 'USD',
        });
        let wasPaid = false;
        for (const status of statuses) {
          saw(status);
          wasPaid ||= status === 'SUCCEEDED';
          expect(payment.status === 'SUCCEEDED').toBe(wasPaid);
        }
      }),
    );
  });
});
