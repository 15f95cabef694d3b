import type {
  Order,
  OrdersCapture,
  Money as PaypalMoney,
  Refund as PaypalRefund,
} from '@paypal/paypal-server-sdk';
import { formatDecimal, type Money, minorDigits, parseDecimal, rescale } from '../../domain/money.ts';
import type { PaymentSnapshot } from '../../domain/payment.ts';
import type { PaymentStatus } from '../../domain/payment-status.ts';
import type { RefundSnapshot } from '../../domain/refund.ts';
import { notTakable } from '../takable.ts';

/** developer.paypal.com/api/rest/reference/currency-codes */
const CURRENCIES = new Set(
  'AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD'.split(
    ' ',
  ),
);
/** Same page: these take no decimals. HUF and TWD have two by ISO 4217. */
const NO_DECIMALS = new Set(['HUF', 'JPY', 'TWD']);

const paypalDigits = (currency: string): number => (NO_DECIMALS.has(currency) ? 0 : 2);

/**
 * Our amount as PayPal takes it: a decimal as text.
 * @throws AppError REJECTED for a currency PayPal does not know, or what it cannot say without losing a fraction.
 */
export function toPaypalMoney({ amountMinor, currency }: Money): PaypalMoney {
  if (!CURRENCIES.has(currency)) {
    throw notTakable('CURRENCY_NOT_SUPPORTED', `PayPal does not take ${currency}.`);
  }
  const digits = paypalDigits(currency);
  const units = rescale(amountMinor, minorDigits(currency), digits);
  if (units === undefined) {
    throw notTakable('AMOUNT_HAS_FRACTION', `PayPal takes ${currency} without fractions.`);
  }
  return { currencyCode: currency, value: formatDecimal(units, digits) };
}

/** PayPal's amount as ours. @throws RangeError when it is no whole number of our units. */
export function fromPaypalMoney({ currencyCode, value }: PaypalMoney): Money {
  const amountMinor = parseDecimal(value, minorDigits(currencyCode));
  if (amountMinor === undefined) throw new RangeError(`PayPal states ${value} ${currencyCode}`);
  return { amountMinor, currency: currencyCode };
}

// developer.paypal.com/docs/api/orders/v2/#orders_get, status
const STATUSES: Readonly<Record<string, PaymentStatus>> = {
  CREATED: 'REQUIRES_APPROVAL',
  SAVED: 'REQUIRES_APPROVAL',
  PAYER_ACTION_REQUIRED: 'REQUIRES_APPROVAL',
  APPROVED: 'REQUIRES_CAPTURE',
  VOIDED: 'CANCELED',
  COMPLETED: 'PROCESSING',
};

// developer.paypal.com/docs/api/payments/v2/#captures_get, status
const CAPTURE_STATUSES: Readonly<Record<string, PaymentStatus>> = {
  COMPLETED: 'SUCCEEDED',
  PARTIALLY_REFUNDED: 'SUCCEEDED',
  REFUNDED: 'SUCCEEDED',
  PENDING: 'PROCESSING',
  DECLINED: 'FAILED',
  FAILED: 'FAILED',
};

/** How an order and its capture stand, in our words. */
export function toPaymentSnapshot(order: Order): PaymentSnapshot {
  const captures = order.purchaseUnits?.flatMap(({ payments }) => payments?.captures ?? []) ?? [];
  // The newest: an order that was declined may have been captured again.
  const capture = captures.at(-1);
  const status =
    (capture ? CAPTURE_STATUSES[capture.status ?? ''] : STATUSES[order.status ?? '']) ?? 'PROCESSING';
  const approval = order.links?.find(({ rel }) => rel === 'payer-action' || rel === 'approve');
  return {
    providerPaymentId: order.id ?? '',
    status,
    errorCode: status === 'FAILED' ? reasonOf(capture) : undefined,
    approvalUrl: approval?.href,
    ...(capture && status === 'SUCCEEDED' && taken(capture)),
  };
}

function taken(capture: OrdersCapture): Partial<PaymentSnapshot> {
  const fee = capture.sellerReceivableBreakdown?.paypalFee;
  return {
    providerChargeId: capture.id,
    captured: capture.amount && fromPaypalMoney(capture.amount),
    fee: fee && /[1-9]/.test(fee.value) ? fromPaypalMoney(fee) : undefined,
  };
}

function reasonOf(capture: OrdersCapture | undefined): string {
  return capture?.statusDetails?.reason ?? capture?.status ?? 'DECLINED';
}

/** How a refund stands, in our words (developer.paypal.com/docs/api/payments/v2/#refunds_get, status). */
export function toRefundSnapshot(refund: PaypalRefund): RefundSnapshot {
  const isOver = refund.status === 'FAILED' || refund.status === 'CANCELLED';
  if (!refund.amount) throw new RangeError('PayPal states a refund without an amount');
  return {
    providerRefundId: refund.id ?? '',
    refundId: refund.customId,
    amount: fromPaypalMoney(refund.amount),
    status: isOver ? 'FAILED' : refund.status === 'COMPLETED' ? 'SUCCEEDED' : 'PROCESSING',
    errorCode: isOver ? (refund.statusDetails?.reason ?? refund.status) : undefined,
  };
}
