import { type KeyObject, sign } from 'node:crypto';

/**
 * Signs an event batch: ECDSA P-256 with SHA-256 over the timestamp followed by the body's bytes, DER, base64.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 */
export function sendgridSignature(privateKey: KeyObject, timestamp: string, body: string): string {
  return sign('sha256', Buffer.from(timestamp + body, 'utf8'), privateKey).toString('base64');
}
