import { AppError } from '@switchboard/errors';
import type { Intent } from '@switchboard/intents';
import { type Credential, type ProviderCall, requireRole, reveal } from '@switchboard/providers';
import { defineWebhook, requireFresh, type WebhookVendor } from '@switchboard/webhooks';
import { z } from 'zod';
import type { SeenPayment } from '../domain/payment.ts';
import type { RefundSnapshot } from '../domain/refund.ts';
import { paypalCertificate } from '../providers/paypal/paypal.certificates.ts';
import { isSignedByPaypal } from '../providers/paypal/paypal.signature.ts';
import { findReported } from '../use-cases/find-reported.ts';
import type { VendorAccess } from '../use-cases/payment-vendor.ts';
import { type LookAgainPayload, takePayment } from '../use-cases/take-payment.ts';
import { takeRefund } from '../use-cases/take-refund.ts';

const link = z.object({ rel: z.string(), href: z.string() });
const eventBody = z.object({
  id: z.string().min(1),
  event_type: z.string(),
  resource: z
    .object({
      id: z.string(),
      custom_id: z.string().nullish(),
      links: z.array(link).nullish(),
      purchase_units: z.array(z.object({ custom_id: z.string().nullish() })).nullish(),
      supplementary_data: z
        .object({ related_ids: z.object({ order_id: z.string().nullish() }).nullish() })
        .nullish(),
    })
    .partial(),
});
type PaypalEvent = z.infer<typeof eventBody>;

/** What PayPal was asked after a callback; empty for what does not concern us. */
interface PaypalReport {
  readonly seen?: SeenPayment;
  readonly refund?: RefundSnapshot;
}

/**
 * PayPal's callbacks. What they say is not believed beyond which payment to look at: how it stands is read from
 * PayPal then. Types we do not know are stored and acknowledged.
 */
export function paypalWebhook(
  { database, providers }: Pick<VendorAccess, 'database' | 'providers'>,
  look: Intent<LookAgainPayload, SeenPayment>,
): WebhookVendor<PaypalReport> {
  return defineWebhook<PaypalReport>({
    vendor: 'paypal',
    async verify({ headers, body, receivedAt }, credential) {
      const time = headers['paypal-transmission-time'] ?? '';
      requireFresh(Date.parse(time) / 1_000, receivedAt);
      if (headers['paypal-auth-algo'] !== 'SHA256withRSA') throw refused('another algorithm');
      const id = headers['paypal-transmission-id'] ?? '';
      const signature = headers['paypal-transmission-sig'] ?? '';
      const certificate = await paypalCertificate(headers['paypal-cert-url'] ?? '', credential, receivedAt);
      const transmission = { id, time, webhookId: reveal(credential, 'webhookId') };
      if (!isSignedByPaypal(transmission, body, signature, certificate.publicKey)) {
        throw refused('the signature does not match');
      }
      return parse(body).id;
    },
    async read({ body }, credential, { intentId, signal }) {
      const call = { credential, idempotencyKey: intentId, signal };
      const event = parse(body);
      const payment = await findReported(database, reportedBy(event, credential));
      if (!payment) return {};
      const provider = providers.get('paypal');
      const { id: paymentId, revision } = payment;
      const orderId = payment.providerPaymentId ?? orderIdOf(event);
      if (!orderId) return {};
      const snapshot = await requireRole(provider, 'desk').look(orderId, call);
      const refund = isAboutRefund(event) ? await readRefund(event, call) : undefined;
      return { seen: { paymentId, revision, snapshot }, ...(refund && { refund }) };
    },
    async apply(tx, { seen, refund }) {
      if (!seen) return;
      await takePayment(tx, look, seen);
      if (refund) await takeRefund(tx, seen.paymentId, refund);
    },
  });

  async function readRefund(
    { resource }: PaypalEvent,
    call: ProviderCall,
  ): Promise<RefundSnapshot | undefined> {
    return resource.id ? requireRole(providers.get('paypal'), 'refunder').look(resource.id, call) : undefined;
  }
}

function parse(body: Uint8Array): PaypalEvent {
  try {
    return eventBody.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch (thrown) {
    throw new AppError('REJECTED', 'PayPal callback refused: it is no event', { cause: thrown });
  }
}

/** `PAYMENT.CAPTURE.REFUNDED` and `.REVERSED` carry the refund, not the capture. */
function isAboutRefund({ event_type }: PaypalEvent): boolean {
  return event_type.startsWith('PAYMENT.REFUND.') || /^PAYMENT\.CAPTURE\.RE(FUNDED|VERSED)$/.test(event_type);
}

function orderIdOf({ event_type, resource }: PaypalEvent): string | undefined {
  if (event_type.startsWith('CHECKOUT.ORDER.')) return resource.id;
  return resource.supplementary_data?.related_ids?.order_id ?? undefined;
}

function reportedBy(event: PaypalEvent, { connectionId }: Credential) {
  const { resource } = event;
  // A refund's own custom id is a refund's id; its payment is found by the capture it links up to.
  const capture = isAboutRefund(event)
    ? resource.links
        ?.find(({ rel }) => rel === 'up')
        ?.href.split('/')
        .at(-1)
    : undefined;
  return {
    connectionId,
    providerPaymentId: orderIdOf(event),
    paymentId: resource.custom_id ?? resource.purchase_units?.[0]?.custom_id ?? undefined,
    providerChargeId: capture,
  };
}

function refused(reason: string): AppError {
  return new AppError('REJECTED', `PayPal callback refused: ${reason}`);
}
