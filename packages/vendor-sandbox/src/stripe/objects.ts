/** Anything with an id that Stripe keeps. */
export interface StripeObject {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  [field: string]: unknown;
}

export type PaymentIntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'canceled'
  | 'succeeded';

/** https://docs.stripe.com/api/payment_intents/object. Amounts are in the currency's smallest unit. */
export interface PaymentIntent extends StripeObject {
  object: 'payment_intent';
  amount: number;
  amount_capturable: number;
  amount_received: number;
  capture_method: 'automatic' | 'automatic_async' | 'manual';
  client_secret: string;
  currency: string;
  customer: string | null;
  description: string | null;
  last_payment_error: unknown;
  latest_charge: string | null;
  metadata: Record<string, string>;
  next_action: unknown;
  payment_method: string | null;
  payment_method_types: string[];
  receipt_email: string | null;
  return_url?: string;
  status: PaymentIntentStatus;
}

/** https://docs.stripe.com/api/charges/object */
export interface Charge extends StripeObject {
  object: 'charge';
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  balance_transaction: string | null;
  captured: boolean;
  currency: string;
  customer: string | null;
  failure_code: string | null;
  failure_message: string | null;
  paid: boolean;
  payment_intent: string | null;
  payment_method: string | null;
  refunded: boolean;
  status: 'succeeded' | 'pending' | 'failed';
}

/** https://docs.stripe.com/api/refunds/object */
export interface Refund extends StripeObject {
  object: 'refund';
  amount: number;
  balance_transaction: string | null;
  charge: string;
  currency: string;
  metadata: Record<string, string>;
  payment_intent: string | null;
  reason: string | null;
  status: 'pending' | 'succeeded' | 'failed';
}

/** https://docs.stripe.com/api/webhook_endpoints/object. The secret is shown once. */
export interface WebhookEndpoint extends StripeObject {
  object: 'webhook_endpoint';
  url: string;
  enabled_events: string[];
  status: 'enabled' | 'disabled';
}
