import { type KeyObject, verify } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What PayPal signs besides the body. */
export interface Transmission {
  readonly id: string;
  /** RFC 3339, as written in the header. */
  readonly time: string;
  /** The id of the webhook it was sent to. */
  readonly webhookId: string;
}

/**
 * Whether PayPal signed these bytes for this webhook: RSA-SHA256 over id, time, webhook and the body's CRC32
 * (developer.paypal.com/api/rest/webhooks/rest/#verify-webhook-signature).
 */
export function isSignedByPaypal(
  { id, time, webhookId }: Transmission,
  body: Uint8Array,
  signature: string,
  publicKey: KeyObject,
): boolean {
  const message = `${id}|${time}|${webhookId}|${crc32(body)}`;
  return verify('RSA-SHA256', Buffer.from(message), publicKey, Buffer.from(signature, 'base64'));
}
