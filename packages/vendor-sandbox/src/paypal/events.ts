import { randomUUID } from 'node:crypto';
import { upperId } from '../random-ids.ts';
import type { World } from '../world.ts';
import type { PaypalAccount, Webhook } from './account.ts';
import { webhookCertificate } from './certificate.ts';
import { paypalTime } from './read-order.ts';
import { paypalSignature } from './signature.ts';

/** Events of the sandbox. https://developer.paypal.com/api/rest/webhooks/event-names/ */
export type EventType =
  | 'CHECKOUT.ORDER.APPROVED'
  | 'CHECKOUT.ORDER.COMPLETED'
  | 'PAYMENT.AUTHORIZATION.CREATED'
  | 'PAYMENT.AUTHORIZATION.VOIDED'
  | 'PAYMENT.CAPTURE.COMPLETED'
  | 'PAYMENT.CAPTURE.DECLINED'
  | 'PAYMENT.CAPTURE.DENIED'
  | 'PAYMENT.CAPTURE.PENDING'
  | 'PAYMENT.CAPTURE.REFUNDED';

const RESOURCE_TYPES = {
  CHECKOUT: 'checkout-order',
  AUTHORIZATION: 'authorization',
  REFUND: 'refund',
  CAPTURE: 'capture',
};

/** Records events and sends them, signed, to the account's webhooks. */
export class PaypalEvents {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  emit(account: PaypalAccount, type: EventType, resource: object): void {
    const id = `WH-${upperId(17)}-${upperId(17)}`;
    const event = {
      id,
      event_version: '1.0',
      create_time: this.#world.now().toISOString(),
      resource_type: resourceTypeOf(type),
      resource_version: '2.0',
      event_type: type,
      summary: `${type.toLowerCase().replaceAll('.', ' ')} in the sandbox`,
      resource: structuredClone(resource),
      links: [
        {
          href: `${this.#world.sandboxUrl()}/paypal/v1/notifications/webhooks-events/${id}`,
          rel: 'self',
          method: 'GET',
        },
      ],
    };
    account.events.set(id, event);
    this.send(account, event);
  }

  /** Sends an event to every webhook that wants it; answers to how many. */
  send(account: PaypalAccount, event: { event_type: string }): number {
    const receivers = [...account.webhooks.values()].filter(
      ({ eventTypes }) => eventTypes.includes('*') || eventTypes.includes(event.event_type),
    );
    for (const webhook of receivers) this.#deliver(account, event, webhook);
    return receivers.length;
  }

  /** Address of the certificate that verifies the signatures. */
  certificateUrl(): string {
    return `${this.#world.sandboxUrl()}/paypal/v1/notifications/certs/${webhookCertificate().id}`;
  }

  #deliver(account: PaypalAccount, event: { event_type: string }, webhook: Webhook): void {
    const body = JSON.stringify(event);
    // One transmission keeps its id through all attempts.
    const transmission = {
      id: randomUUID(),
      time: paypalTime(this.#world.now()),
      webhookId: webhook.id,
    };
    this.#world.callbacks.send({
      vendor: 'paypal',
      account: account.name,
      kind: event.event_type,
      url: webhook.url,
      contentType: 'application/json',
      body,
      sign: () => ({
        headers: {
          'paypal-transmission-id': transmission.id,
          'paypal-transmission-time': transmission.time,
          'paypal-transmission-sig': paypalSignature(webhookCertificate().privateKey, transmission, body),
          'paypal-cert-url': this.certificateUrl(),
          'paypal-auth-algo': 'SHA256withRSA',
          'paypal-auth-version': 'v2',
          'user-agent': 'PayPal/AUHD-214.0-58843683',
        },
        signatureHeader: 'paypal-transmission-sig',
      }),
    });
  }
}

function resourceTypeOf(type: EventType): string {
  if (type === 'PAYMENT.CAPTURE.REFUNDED') return RESOURCE_TYPES.REFUND;
  if (type.startsWith('CHECKOUT.')) return RESOURCE_TYPES.CHECKOUT;
  return type.startsWith('PAYMENT.AUTHORIZATION.') ? RESOURCE_TYPES.AUTHORIZATION : RESOURCE_TYPES.CAPTURE;
}
