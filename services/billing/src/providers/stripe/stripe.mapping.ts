import type Stripe from 'stripe';
import { type Money, minorDigits, rescale } from '../../domain/money.ts';
import type { PaymentSnapshot } from '../../domain/payment.ts';
import type { PaymentStatus } from '../../domain/payment-status.ts';
import type { RefundSnapshot } from '../../domain/refund.ts';
import { notTakable } from '../takable.ts';

/** Names under which our ids travel in Stripe's metadata. */
export const PAYMENT_ID = 'switchboard_payment_id';
export const REFUND_ID = 'switchboard_refund_id';

/** docs.stripe.com/currencies#zero-decimal */
const ZERO_DECIMAL = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
/** docs.stripe.com/currencies#three-decimal: the last digit must be 0. */
const THREE_DECIMAL = new Set('BHD JOD KWD OMR TND'.split(' '));

/**
 * Digits after the point as Stripe counts them. Not those of ISO 4217: ISK and UGX have none there and two here
 * (docs.stripe.com/currencies#special-cases), MGA has two there and none here.
 */
function stripeDigits(currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/**
 * Our amount as Stripe takes it: an integer, and the currency in lower case.
 * @throws AppError REJECTED for what cannot be said to Stripe without losing a fraction.
 */
export function toStripeAmount({ amountMinor, currency }: Money): { amount: number; currency: string } {
  const units = rescale(amountMinor, minorDigits(currency), stripeDigits(currency));
  if (units === undefined) {
    throw notTakable('AMOUNT_HAS_FRACTION', `Stripe takes ${currency} without fractions.`);
  }
  if (THREE_DECIMAL.has(currency) && units % 10n !== 0n) {
    throw notTakable(
      'AMOUNT_HAS_FRACTION',
      `Stripe takes ${currency} with two decimals: the last digit must be 0.`,
    );
  }
  if (units > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw notTakable('AMOUNT_TOO_LARGE', 'Stripe does not take amounts of this size.');
  }
  return { amount: Number(units), currency: currency.toLowerCase() };
}

/** Stripe's amount as ours. @throws RangeError when it is no whole number of our units. */
export function fromStripeAmount(amount: number, stripeCurrency: string): Money {
  const currency = stripeCurrency.toUpperCase();
  const amountMinor = rescale(BigInt(amount), stripeDigits(currency), minorDigits(currency));
  if (amountMinor === undefined) throw new RangeError(`Stripe states a fraction of ${currency}`);
  return { amountMinor, currency };
}

/** As above, for fees, which may come in fractions of ISK and UGX: rounded to the nearest unit. */
export function feeFromStripe(amount: number, stripeCurrency: string): Money {
  const currency = stripeCurrency.toUpperCase();
  const [from, to] = [stripeDigits(currency), minorDigits(currency)];
  if (to >= from) return fromStripeAmount(amount, stripeCurrency);
  const unit = 10n ** BigInt(from - to);
  return { amountMinor: (BigInt(amount) + unit / 2n) / unit, currency };
}

// docs.stripe.com/payments/paymentintents/lifecycle
const STATUSES: Readonly<Record<Stripe.PaymentIntent.Status, PaymentStatus>> = {
  requires_payment_method: 'REQUIRES_CONFIRMATION',
  requires_confirmation: 'REQUIRES_CONFIRMATION',
  requires_action: 'REQUIRES_ACTION',
  processing: 'PROCESSING',
  requires_capture: 'REQUIRES_CAPTURE',
  canceled: 'CANCELED',
  succeeded: 'SUCCEEDED',
};

/** How a payment intent stands, in our words. Fees are there when the charge was fetched with its books. */
export function toPaymentSnapshot(intent: Stripe.PaymentIntent): PaymentSnapshot {
  const failure = intent.last_payment_error;
  // An intent whose payment method was refused goes back to the start, with the reason on it.
  const isRefused = failure && intent.status === 'requires_payment_method';
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  const chargeId = typeof intent.latest_charge === 'string' ? intent.latest_charge : charge?.id;
  const books = charge && typeof charge.balance_transaction === 'object' ? charge.balance_transaction : null;
  const isTaken = intent.status === 'succeeded';
  return {
    providerPaymentId: intent.id,
    status: isRefused ? 'FAILED' : (STATUSES[intent.status] ?? 'PROCESSING'),
    errorCode: isRefused ? errorCodeOf(failure) : undefined,
    approvalUrl: intent.next_action?.redirect_to_url?.url ?? undefined,
    ...(isTaken && {
      providerChargeId: chargeId,
      captured: fromStripeAmount(intent.amount_received, intent.currency),
    }),
    ...(isTaken && books && books.fee > 0 && { fee: feeFromStripe(books.fee, books.currency) }),
  };
}

/** The more telling of Stripe's two codes: `INSUFFICIENT_FUNDS` rather than `CARD_DECLINED`. */
export function errorCodeOf({ code, decline_code }: { code?: string; decline_code?: string }): string {
  const telling = decline_code && decline_code !== 'generic_decline' ? decline_code : code;
  return (telling ?? 'declined').toUpperCase();
}

/** How a refund stands, in our words (docs.stripe.com/api/refunds/object#refund_object-status). */
export function toRefundSnapshot(refund: Stripe.Refund): RefundSnapshot {
  const isOver = refund.status === 'failed' || refund.status === 'canceled';
  return {
    providerRefundId: refund.id,
    refundId: refund.metadata?.[REFUND_ID],
    amount: fromStripeAmount(refund.amount, refund.currency),
    status: isOver ? 'FAILED' : refund.status === 'succeeded' ? 'SUCCEEDED' : 'PROCESSING',
    errorCode: isOver ? (refund.failure_reason ?? refund.status ?? 'failed').toUpperCase() : undefined,
  };
}
