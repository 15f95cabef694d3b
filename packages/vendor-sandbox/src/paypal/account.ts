import { BoundedMap } from '../bounded.ts';
import { payerId } from '../random-ids.ts';
import type { Money } from './money.ts';

export interface Link {
  readonly href: string;
  readonly rel: string;
  readonly method: string;
}

/** https://developer.paypal.com/docs/api/payments/v2/#captures_get */
export interface Capture {
  readonly id: string;
  readonly orderId: string;
  status: 'COMPLETED' | 'PENDING' | 'DECLINED' | 'PARTIALLY_REFUNDED' | 'REFUNDED';
  readonly amount: Money;
  refundedMinor: number;
  readonly invoiceId: string | null;
  readonly customId: string | null;
  readonly createTime: string;
  updateTime: string;
}

/** https://developer.paypal.com/docs/api/payments/v2/#authorizations_get */
export interface Authorization {
  readonly id: string;
  readonly orderId: string;
  status: 'CREATED' | 'CAPTURED' | 'PARTIALLY_CAPTURED' | 'VOIDED';
  readonly amount: Money;
  capturedMinor: number;
  readonly invoiceId: string | null;
  readonly customId: string | null;
  readonly createTime: string;
  updateTime: string;
  readonly expirationTime: string;
}

/** https://developer.paypal.com/docs/api/payments/v2/#refunds_get */
export interface Refund {
  readonly id: string;
  readonly captureId: string;
  readonly amount: Money;
  readonly totalRefunded: Money;
  readonly invoiceId: string | null;
  readonly customId: string | null;
  readonly noteToPayer: string | null;
  readonly createTime: string;
}

/** A part of an order, as it was sent, with the payments made for it. */
export interface PurchaseUnit {
  readonly referenceId: string;
  readonly amount: Money;
  /** The amount as sent, with its breakdown. */
  readonly amountInput: Record<string, unknown>;
  readonly invoiceId: string | null;
  readonly customId: string | null;
  readonly description: string | null;
  readonly items: readonly unknown[] | null;
  readonly captures: Capture[];
  readonly authorizations: Authorization[];
}

/** What happens when an order is captured; set by the control API. */
export type CaptureOutcome = 'COMPLETED' | 'PENDING' | 'DECLINED' | 'INSTRUMENT_DECLINED';

/** https://developer.paypal.com/docs/api/orders/v2/#orders_get */
export interface Order {
  readonly id: string;
  readonly intent: 'CAPTURE' | 'AUTHORIZE';
  status: 'CREATED' | 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'COMPLETED';
  readonly isPaypalSource: boolean;
  readonly units: readonly PurchaseUnit[];
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
  readonly createTime: string;
  updateTime: string;
  payerId: string | null;
  captureOutcome: CaptureOutcome;
}

/** A place that hears of events. */
export interface Webhook {
  readonly id: string;
  url: string;
  readonly eventTypes: readonly string[];
}

/** An answer kept under a `PayPal-Request-Id`. `body` is null while the first request runs. */
export interface KeptAnswer {
  readonly fingerprint: string;
  readonly at: number;
  body: string | null;
}

const ORDERS_MAX = 10_000;
const PAYMENTS_MAX = 20_000;

/** One PayPal business account with its REST application. */
export class PaypalAccount {
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The webhook that the control API moves. */
  readonly mainWebhookId: string;
  readonly merchantId = payerId();
  readonly orders = new BoundedMap<string, Order>(ORDERS_MAX);
  readonly captures = new BoundedMap<string, Capture>(PAYMENTS_MAX);
  readonly authorizations = new BoundedMap<string, Authorization>(PAYMENTS_MAX);
  readonly refunds = new BoundedMap<string, Refund>(PAYMENTS_MAX);
  readonly answers = new BoundedMap<string, KeptAnswer>(PAYMENTS_MAX);
  readonly events = new BoundedMap<string, { id: string; event_type: string }>(PAYMENTS_MAX);
  readonly webhooks = new Map<string, Webhook>();
  /** Invoice ids of completed payments: each may be used once. */
  readonly paidInvoiceIds = new BoundedMap<string, true>(PAYMENTS_MAX);

  constructor(details: { name: string; clientId: string; clientSecret: string; webhookId: string }) {
    this.name = details.name;
    this.clientId = details.clientId;
    this.clientSecret = details.clientSecret;
    this.mainWebhookId = details.webhookId;
  }
}
