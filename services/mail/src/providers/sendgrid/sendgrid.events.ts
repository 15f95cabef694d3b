import { storableText } from '@switchboard/webhooks';
import { z } from 'zod';
import type { MailStatus } from '../../domain/mail-status.ts';
import type { SuppressionReason } from '../../domain/suppression.ts';
import type { TimelineKind } from '../../domain/timeline-entry.ts';
import type { DeliveryReport } from '../mail-provider.ts';
import { MESSAGE_ARGUMENT } from './sendgrid.mapping.ts';

/** One event of a batch, as far as it is used. https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
const sendgridEvent = z.object({
  event: z.string(),
  email: z.string(),
  /** Epoch seconds. */
  timestamp: z.number().int().nonnegative(),
  sg_event_id: z.string().min(1).max(255),
  sg_message_id: z.string().optional(),
  [MESSAGE_ARGUMENT]: z.string(),
  reason: z.string().optional(),
  response: z.string().optional(),
  /** Enhanced status code (RFC 3463). */
  status: z.string().optional(),
  /** Of a bounce: `blocked` may pass, `bounce` will not. */
  type: z.string().optional(),
  url: z.string().optional(),
});
type SendgridEvent = z.infer<typeof sendgridEvent>;

interface Meaning {
  readonly kind: TimelineKind;
  readonly status?: MailStatus;
  readonly suppress?: SuppressionReason;
}

const DETAIL_LENGTH_MAX = 500;

/** What SendGrid's events mean; one we do not know means nothing. */
function meaningOf({ event, type, reason }: SendgridEvent): Meaning | undefined {
  switch (event) {
    case 'processed':
      return { kind: 'PROCESSED', status: 'SENT' };
    case 'deferred':
      return { kind: 'DEFERRED' };
    case 'delivered':
      return { kind: 'DELIVERED', status: 'DELIVERED' };
    case 'bounce':
      return type === 'blocked'
        ? { kind: 'BOUNCED', status: 'BOUNCED' }
        : { kind: 'BOUNCED', status: 'BOUNCED', suppress: 'HARD_BOUNCE' };
    case 'dropped':
      return reason === 'Bounced Address'
        ? { kind: 'DROPPED', status: 'FAILED', suppress: 'HARD_BOUNCE' }
        : { kind: 'DROPPED', status: 'FAILED' };
    case 'open':
      return { kind: 'OPENED' };
    case 'click':
      return { kind: 'CLICKED' };
    case 'spamreport':
      return { kind: 'COMPLAINED', status: 'COMPLAINED', suppress: 'COMPLAINT' };
    case 'unsubscribe':
    case 'group_unsubscribe':
      return { kind: 'UNSUBSCRIBED', suppress: 'UNSUBSCRIBED' };
    default:
      return undefined;
  }
}

/**
 * The reports in a batch. Entries that are not about one of our mails, or that we do not know, are left out: a
 * batch is never refused for one of them.
 * @param body the raw batch. @throws SyntaxError when it is no JSON.
 */
export function reportsIn(body: Uint8Array): readonly DeliveryReport[] {
  // Reasons are what strangers' mail servers said.
  const batch: unknown = JSON.parse(Buffer.from(body).toString('utf8'), (_name, value) =>
    typeof value === 'string' ? storableText(value) : value,
  );
  if (!Array.isArray(batch)) return [];
  return batch.flatMap((entry) => {
    const parsed = sendgridEvent.safeParse(entry);
    const meaning = parsed.success ? meaningOf(parsed.data) : undefined;
    return parsed.success && meaning ? [toReport(parsed.data, meaning)] : [];
  });
}

function toReport(event: SendgridEvent, { kind, status, suppress }: Meaning): DeliveryReport {
  const isRefusal = kind === 'BOUNCED' || kind === 'DROPPED';
  return {
    messageId: event[MESSAGE_ARGUMENT],
    providerEventId: event.sg_event_id,
    // The part before the first dot is the id that the send call answered.
    providerMessageId: event.sg_message_id?.split('.')[0],
    address: event.email,
    at: new Date(event.timestamp * 1_000),
    kind,
    status,
    suppress,
    errorCode: isRefusal ? (event.status ?? event.event.toUpperCase()) : undefined,
    detail: detailOf(event)?.slice(0, DETAIL_LENGTH_MAX).toWellFormed(),
  };
}

function detailOf({ event, reason, response, url }: SendgridEvent): string | undefined {
  if (event === 'click') return url === undefined ? undefined : withoutSecrets(url);
  return reason ?? response;
}

/** Links carry tokens in their query; which page was visited is all that matters here. */
function withoutSecrets(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
