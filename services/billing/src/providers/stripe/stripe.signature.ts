import { AppError } from '@switchboard/errors';
import { type IncomingWebhook, requireFresh } from '@switchboard/webhooks';
import Stripe from 'stripe';

const TOLERANCE_S = 300;

/**
 * Checks the signature over the raw bytes. While the secret is rolled several may stand in the header, and either
 * of ours may have made it.
 * @throws AppError REJECTED
 */
export function verifySignature(
  { headers, body, receivedAt }: Pick<IncomingWebhook, 'headers' | 'body' | 'receivedAt'>,
  secrets: readonly string[],
): void {
  const header = headers['stripe-signature'] ?? '';
  // The SDK lets the future pass, and it is not asked about what is not fresh anyway.
  requireFresh(Number(/(?:^|,)t=(\d+)/.exec(header)?.[1]), receivedAt);
  let cause: unknown;
  for (const secret of secrets.filter((value) => value !== '')) {
    try {
      const bytes = Buffer.from(body);
      Stripe.webhooks.constructEvent(bytes, header, secret, TOLERANCE_S, undefined, receivedAt.getTime());
      return;
    } catch (thrown) {
      cause = thrown;
    }
  }
  throw new AppError('REJECTED', 'Stripe signature does not match', { cause });
}
