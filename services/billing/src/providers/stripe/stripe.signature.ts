import { AppError } from '@switchboard/errors';
import { type IncomingWebhook, requireFresh } from '@switchboard/webhooks';
import Stripe from 'stripe';

const TOLERANCE_S = 300;

/**
 * Checks the signature over the raw bytes; several may stand in the header while the secret is rolled.
 * @throws AppError REJECTED
 */
export function verifySignature(
  { headers, body, receivedAt }: Pick<IncomingWebhook, 'headers' | 'body' | 'receivedAt'>,
  secret: string,
): void {
  const header = headers['stripe-signature'] ?? '';
  if (secret === '') throw new AppError('REJECTED', 'Stripe webhook secret is empty');
  // The SDK lets the future pass, and it is not asked about what is not fresh anyway.
  requireFresh(Number(/(?:^|,)t=(\d+)/.exec(header)?.[1]), receivedAt);
  try {
    Stripe.webhooks.constructEvent(
      Buffer.from(body),
      header,
      secret,
      TOLERANCE_S,
      undefined,
      receivedAt.getTime(),
    );
  } catch (thrown) {
    throw new AppError('REJECTED', 'Stripe signature does not match', { cause: thrown });
  }
}
