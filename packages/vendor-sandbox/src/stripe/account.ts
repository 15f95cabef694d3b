import { BoundedMap } from '../bounded.ts';
import { alphanumericId } from '../random-ids.ts';
import type { StripeObject, WebhookEndpoint } from './objects.ts';
import type { TestPaymentMethod } from './test-payment-methods.ts';

/** An answer kept under an idempotency key. `status` is null while the first request runs. */
export interface StoredAnswer {
  readonly path: string;
  readonly fingerprint: string;
  readonly requestId: string;
  readonly at: number;
  status: number | null;
  body: string;
  /** The endpoint began its work: set by the error handler. */
  isExecuted: boolean;
}

const OBJECTS_MAX = 50_000;
const KEYS_MAX = 20_000;

/** One Stripe account in test mode. */
export class StripeAccount {
  readonly name: string;
  /** `acct_…` */
  readonly id: string;
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly objects = new BoundedMap<string, StripeObject>(OBJECTS_MAX);
  readonly endpoints = new Map<string, { endpoint: WebhookEndpoint; secret: string }>();
  readonly answers = new BoundedMap<string, StoredAnswer>(KEYS_MAX);
  /** How each payment method made from a test token behaves. */
  readonly behaviours = new BoundedMap<string, TestPaymentMethod>(OBJECTS_MAX);
  /** Id of the endpoint that the control API moves. */
  mainEndpointId: string | null = null;

  constructor(details: { name: string; secretKey: string; webhookSecret: string }) {
    this.name = details.name;
    this.id = `acct_${alphanumericId(16)}`;
    this.secretKey = details.secretKey;
    this.webhookSecret = details.webhookSecret;
  }

  save<T extends StripeObject>(object: T): T {
    this.objects.set(object.id, object);
    return object;
  }

  find<T extends StripeObject>(object: T['object'], id: string): T | undefined {
    const found = this.objects.get(id);
    return found?.object === object ? (found as T) : undefined;
  }

  /** Newest first. */
  all<T extends StripeObject>(object: T['object']): T[] {
    return [...this.objects.values()].filter((found) => found.object === object).reverse() as T[];
  }
}

/** An id of Stripe's form: prefix, `_`, 24 characters. */
export const stripeId = (prefix: string): string => `${prefix}_${alphanumericId(24)}`;
