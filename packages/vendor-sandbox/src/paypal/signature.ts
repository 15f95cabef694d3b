import { type KeyObject, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What one transmission of a webhook is identified by. */
export interface Transmission {
  readonly id: string;
  /** ISO 8601 without fractions. */
  readonly time: string;
  readonly webhookId: string;
}

/** The text that PayPal signs: the body takes part by its CRC32, as an unsigned decimal. */
export const signedText = ({ id, time, webhookId }: Transmission, body: string): string =>
  `${id}|${time}|${webhookId}|${crc32(Buffer.from(body, 'utf8'))}`;

/**
 * Signs a transmission: RSA-SHA256 (PKCS #1 v1.5), base64.
 * https://developer.paypal.com/api/rest/webhooks/rest/#link-selfverificationmethod
 */
export function paypalSignature(privateKey: KeyObject, transmission: Transmission, body: string): string {
  return sign('sha256', Buffer.from(signedText(transmission, body), 'utf8'), privateKey).toString('base64');
}
