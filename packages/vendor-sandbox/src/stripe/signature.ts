import { createHmac } from 'node:crypto';

/**
 * The header `Stripe-Signature`: HMAC-SHA256 over the time and the body, keyed with the whole secret, prefix included.
 * https://docs.stripe.com/webhooks#verify-manually
 */
export function stripeSignature(secret: string, timestampSeconds: number, body: string): string {
  const digest = createHmac('sha256', secret).update(`${timestampSeconds}.${body}`, 'utf8').digest('hex');
  return `t=${timestampSeconds},v1=${digest}`;
}
