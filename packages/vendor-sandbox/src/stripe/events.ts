import { alphanumericId } from '../random-ids.ts';
import type { World } from '../world.ts';
import { type StripeAccount, stripeId } from './account.ts';
import type { StripeObject, WebhookEndpoint } from './objects.ts';
import { stripeSignature } from './signature.ts';

/** The API version that events are written in. https://docs.stripe.com/upgrades */
export const API_VERSION = '2026-10-28.endive';

/** The request that caused an event; both null when time did. */
export interface Cause {
  readonly id: string | null;
  readonly idempotencyKey: string | null;
}

/** What happened by itself. */
export const NO_CAUSE: Cause = { id: null, idempotencyKey: null };

/** Records events and sends them to the account's endpoints. https://docs.stripe.com/api/events */
export class StripeEvents {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** The object is copied as it is now: events show a moment. */
  emit(account: StripeAccount, type: string, object: StripeObject, cause: Cause): StripeObject {
    const receivers = endpointsFor(account, type);
    const event = account.save({
      id: `evt_${alphanumericId(24)}`,
      object: 'event',
      api_version: API_VERSION,
      created: this.nowSeconds(),
      data: { object: structuredClone(object) },
      livemode: false,
      pending_webhooks: receivers.length,
      request: { id: cause.id, idempotency_key: cause.idempotencyKey },
      type,
    });
    for (const { endpoint, secret } of receivers) this.#deliver(account, event, endpoint.url, secret);
    return event;
  }

  /** Sends an event once more. */
  replay(account: StripeAccount, event: StripeObject): number {
    const receivers = endpointsFor(account, String(event.type));
    for (const { endpoint, secret } of receivers) this.#deliver(account, event, endpoint.url, secret);
    return receivers.length;
  }

  nowSeconds(): number {
    return Math.floor(this.#world.now().getTime() / 1_000);
  }

  #deliver(account: StripeAccount, event: StripeObject, url: string, secret: string): void {
    const body = JSON.stringify(event, null, 2);
    this.#world.callbacks.send({
      vendor: 'stripe',
      account: account.name,
      kind: String(event.type),
      url,
      contentType: 'application/json; charset=utf-8',
      body,
      sign: () => ({
        headers: {
          'stripe-signature': stripeSignature(secret, this.nowSeconds(), body),
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        },
        signatureHeader: 'stripe-signature',
      }),
      onEnd: (answer) => {
        if (answer && answer.status < 300)
          event.pending_webhooks = Math.max(Number(event.pending_webhooks) - 1, 0);
      },
    });
  }
}

/** Adds an endpoint. https://docs.stripe.com/api/webhook_endpoints/create */
export function addEndpoint(
  account: StripeAccount,
  details: {
    url: string;
    enabledEvents: string[];
    secret: string;
    created: number;
    description?: string | null;
    metadata?: Record<string, string>;
  },
): WebhookEndpoint {
  const endpoint: WebhookEndpoint = {
    id: stripeId('we'),
    object: 'webhook_endpoint',
    api_version: null,
    application: null,
    created: details.created,
    description: details.description ?? null,
    enabled_events: details.enabledEvents,
    livemode: false,
    metadata: details.metadata ?? {},
    status: 'enabled',
    url: details.url,
  };
  account.endpoints.set(endpoint.id, { endpoint, secret: details.secret });
  return endpoint;
}

function endpointsFor(account: StripeAccount, type: string) {
  return [...account.endpoints.values()].filter(
    ({ endpoint }) => endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(type),
  );
}
