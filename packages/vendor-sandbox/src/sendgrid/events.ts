import { isBounceAddress } from '../bounce-addresses.ts';
import { base64UrlId } from '../random-ids.ts';
import type { World } from '../world.ts';
import type { Delivery, EventKind, SendgridAccount } from './account.ts';
import { sendgridSignature } from './signature.ts';

/** Details that a simulated event may bring. */
export interface EventDetails {
  readonly reason?: string | undefined;
  readonly url?: string | undefined;
}

/**
 * Makes events and posts them in batches, signed.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
 */
export class SendgridEvents {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** What becomes of a mail: processed, then delivered or bounced; dropped if the receiver is suppressed. */
  follow(account: SendgridAccount, delivery: Delivery): void {
    const suppressed = account.suppressions.get(delivery.email.toLowerCase());
    if (suppressed) {
      this.add(account, delivery, 'dropped', { reason: suppressed });
      return;
    }
    this.add(account, delivery, 'processed', {});
    this.#world.timers.after(this.#world.stepDelayMs, () =>
      this.add(account, delivery, isBounceAddress(delivery.email) ? 'bounce' : 'delivered', {}),
    );
  }

  /** Adds one event to the next batch. A bounce or a complaint suppresses the receiver. */
  add(account: SendgridAccount, delivery: Delivery, kind: EventKind, details: EventDetails): void {
    if (kind === 'bounce') account.suppressions.set(delivery.email.toLowerCase(), 'Bounced Address');
    if (kind === 'spamreport')
      account.suppressions.set(delivery.email.toLowerCase(), 'Spam Reporting Address');
    if (kind === 'unsubscribe')
      account.suppressions.set(delivery.email.toLowerCase(), 'Unsubscribed Address');

    account.waitingEvents.push({
      // Custom arguments come first, so that they cannot replace the event's own fields.
      ...delivery.customArguments,
      email: delivery.email,
      timestamp: Math.floor(this.#world.now().getTime() / 1_000),
      'smtp-id': delivery.smtpId,
      event: kind,
      ...(delivery.categories.length > 0 ? { category: delivery.categories } : {}),
      sg_event_id: base64UrlId(24),
      sg_message_id: delivery.sgMessageId,
      ...fieldsOf(kind, details),
    });
    if (account.isFlushPlanned) return;
    account.isFlushPlanned = true;
    this.#world.timers.after(this.#world.stepDelayMs, () => this.#flush(account));
  }

  #flush(account: SendgridAccount): void {
    account.isFlushPlanned = false;
    const events = account.waitingEvents.splice(0);
    if (account.webhookUrl === null || events.length === 0) return;
    // One event to a line and a line break at the end, as SendGrid writes them: all of it is signed.
    const body = `[${events.map((event) => JSON.stringify(event)).join(',\r\n')}]\r\n`;
    this.#world.callbacks.send({
      vendor: 'sendgrid',
      account: account.name,
      kind: events.map((event) => String(event.event)).join(', '),
      url: account.webhookUrl,
      contentType: 'application/json; charset=utf-8',
      body,
      sign: () => {
        const timestamp = String(Math.floor(this.#world.now().getTime() / 1_000));
        return {
          headers: {
            'x-twilio-email-event-webhook-signature': sendgridSignature(
              account.signingKey.privateKey,
              timestamp,
              body,
            ),
            'x-twilio-email-event-webhook-timestamp': timestamp,
            'user-agent': 'SendGrid Event API',
          },
          signatureHeader: 'x-twilio-email-event-webhook-signature',
        };
      },
    });
  }
}

function fieldsOf(kind: EventKind, { reason, url }: EventDetails): Record<string, unknown> {
  const browser = { useragent: 'Mozilla/5.0 (sandbox)', ip: '203.0.113.7' };
  switch (kind) {
    case 'delivered':
      return { response: '250 2.0.0 OK', ip: '203.0.113.5', tls: 1 };
    case 'deferred':
      return { response: reason ?? '450 4.2.0 try again later', attempt: '1', tls: 1 };
    case 'bounce':
      return {
        reason: reason ?? '550 5.1.1 The email account that you tried to reach does not exist',
        status: '5.1.1',
        type: 'bounce',
        bounce_classification: 'Invalid Address',
        ip: '203.0.113.5',
        tls: 1,
      };
    case 'dropped':
      return { reason: reason ?? 'Bounced Address', status: '5.0.0' };
    case 'open':
      return { ...browser, sg_machine_open: false, sg_content_type: 'html' };
    case 'click':
      return { ...browser, url: url ?? 'https://example.com/', url_offset: { index: 0, type: 'html' } };
    case 'group_unsubscribe':
    case 'group_resubscribe':
      return { ...browser, url: url ?? 'https://example.com/', asm_group_id: 1 };
    default:
      return {};
  }
}
