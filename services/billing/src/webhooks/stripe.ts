import { AppError } from '@switchboard/errors';
import type { Intent } from '@switchboard/intents';
import { callbackSecrets, requireRole } from '@switchboard/providers';
import { defineWebhook, type WebhookVendor } from '@switchboard/webhooks';
import { z } from 'zod';
import type { SeenPayment } from '../domain/payment.ts';
import type { RefundSnapshot } from '../domain/refund.ts';
import { PAYMENT_ID } from '../providers/stripe/stripe.mapping.ts';
import { verifySignature } from '../providers/stripe/stripe.signature.ts';
import { findReported } from '../use-cases/find-reported.ts';
import type { VendorAccess } from '../use-cases/payment-vendor.ts';
import { type LookAgainPayload, takePayment } from '../use-cases/take-payment.ts';
import { takeRefund } from '../use-cases/take-refund.ts';

const eventBody = z.object({
  id: z.string().min(1),
  type: z.string(),
  data: z.object({
    object: z
      .object({
        id: z.string(),
        object: z.string(),
        payment_intent: z.string().nullable(),
        metadata: z.record(z.string(), z.string()).nullable(),
      })
      .partial(),
  }),
});
type StripeEvent = z.infer<typeof eventBody>;

/** What Stripe was asked after a callback; empty for what does not concern us. */
interface StripeReport {
  readonly seen?: SeenPayment;
  readonly refund?: RefundSnapshot;
}

/**
 * Stripe's callbacks. They come in any order and more than once, so what they say is not believed beyond which
 * payment to look at: how it stands is read from Stripe then. Types we do not know are stored and acknowledged.
 */
export function stripeWebhook(
  { database, providers }: Pick<VendorAccess, 'database' | 'providers'>,
  look: Intent<LookAgainPayload, SeenPayment>,
): WebhookVendor<StripeReport> {
  return defineWebhook<StripeReport>({
    vendor: 'stripe',
    verify(webhook, credential) {
      verifySignature(webhook, callbackSecrets(credential, 'webhookSecret'));
      return parse(webhook.body).id;
    },
    async read({ body }, credential, { intentId, signal }) {
      const event = parse(body);
      const { id, object, metadata, payment_intent } = event.data.object;
      const intentIdAtStripe = object === 'payment_intent' ? id : payment_intent;
      if (!intentIdAtStripe) return {};
      const payment = await findReported(database, {
        connectionId: credential.connectionId,
        providerPaymentId: intentIdAtStripe,
        paymentId: metadata?.[PAYMENT_ID],
      });
      if (!payment) return {};
      const call = { credential, idempotencyKey: intentId, signal };
      const provider = providers.get('stripe');
      const { id: paymentId, revision } = payment;
      const snapshot = await requireRole(provider, 'desk').look(intentIdAtStripe, call);
      const refund =
        object === 'refund' && id ? await requireRole(provider, 'refunder').look(id, call) : undefined;
      return { seen: { paymentId, revision, snapshot }, ...(refund && { refund }) };
    },
    async apply(tx, { seen, refund }) {
      if (!seen) return;
      await takePayment(tx, look, seen);
      if (refund) await takeRefund(tx, seen.paymentId, refund);
    },
  });
}

function parse(body: Uint8Array): StripeEvent {
  try {
    return eventBody.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch (thrown) {
    throw new AppError('REJECTED', 'Stripe callback refused: it is no event', { cause: thrown });
  }
}
