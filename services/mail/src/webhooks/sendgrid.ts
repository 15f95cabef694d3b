import { createHash } from 'node:crypto';
import { callbackSecrets } from '@switchboard/providers';
import { defineWebhook, requireFresh, type WebhookVendor } from '@switchboard/webhooks';
import type { DeliveryReport } from '../providers/mail-provider.ts';
import { reportsIn } from '../providers/sendgrid/sendgrid.events.ts';
import { requireSignature } from '../providers/sendgrid/sendgrid.signature.ts';
import { applyDeliveryReports } from '../use-cases/apply-delivery-reports.ts';

/** SendGrid's event webhook: batches of what became of mails, signed together with a time. */
export const sendgridWebhook: WebhookVendor<readonly DeliveryReport[]> = defineWebhook<
  readonly DeliveryReport[]
>({
  vendor: 'sendgrid',
  verify({ headers, body, receivedAt }, credential) {
    const signature = headers['x-twilio-email-event-webhook-signature'] ?? '';
    const timestamp = headers['x-twilio-email-event-webhook-timestamp'] ?? '';
    requireSignature(callbackSecrets(credential, 'webhookPublicKey'), { signature, timestamp, body });
    requireFresh(Number(timestamp || Number.NaN), receivedAt);
    // A batch has no id of its own; its events have, so a repeated batch is byte for byte the same.
    return createHash('sha256').update(body).digest('hex');
  },
  async read({ body }) {
    return reportsIn(body);
  },
  apply(tx, reports, { connectionId }) {
    return applyDeliveryReports(tx, connectionId, reports);
  },
});
