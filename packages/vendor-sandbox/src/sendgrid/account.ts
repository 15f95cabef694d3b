import { BoundedMap } from '../bounded.ts';
import type { SigningKey } from './signing-key.ts';

/** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event#events */
export const EVENT_KINDS = [
  'processed',
  'dropped',
  'delivered',
  'deferred',
  'bounce',
  'open',
  'click',
  'spamreport',
  'unsubscribe',
  'group_unsubscribe',
  'group_resubscribe',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** A mail to one receiver, as events speak of it. */
export interface Delivery {
  readonly email: string;
  /** The answer's X-Message-Id. */
  readonly messageId: string;
  /** What events carry: the message id and where it went. */
  readonly sgMessageId: string;
  readonly smtpId: string;
  readonly categories: readonly string[];
  readonly customArguments: Readonly<Record<string, string>>;
}

const DELIVERIES_MAX = 20_000;

/** One SendGrid account. */
export class SendgridAccount {
  readonly name: string;
  readonly apiKey: string;
  readonly signingKey: SigningKey;
  webhookUrl: string | null;
  /** By `sgMessageId`. */
  readonly deliveries = new BoundedMap<string, Delivery>(DELIVERIES_MAX);
  /** Receivers that get nothing more, with the reason. */
  readonly suppressions = new Map<string, string>();
  readonly waitingEvents: Record<string, unknown>[] = [];
  isFlushPlanned = false;

  constructor(details: { name: string; apiKey: string; signingKey: SigningKey; webhookUrl: string | null }) {
    this.name = details.name;
    this.apiKey = details.apiKey;
    this.signingKey = details.signingKey;
    this.webhookUrl = details.webhookUrl;
  }

  /** Deliveries of a message (X-Message-Id or sg_message_id), of a receiver, or both; the newest last. */
  find(wanted: { messageId?: string | undefined; email?: string | undefined }): Delivery[] {
    return [...this.deliveries.values()].filter(
      (delivery) =>
        (!wanted.messageId ||
          delivery.messageId === wanted.messageId ||
          delivery.sgMessageId === wanted.messageId) &&
        (!wanted.email || delivery.email.toLowerCase() === wanted.email.toLowerCase()),
    );
  }
}
