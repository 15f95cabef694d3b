import { createPublicKey, verify } from 'node:crypto';
import { AppError } from '@switchboard/errors';

/** What SendGrid signs: a time, and the bytes as they came. */
export interface SignedBatch {
  /** base64 of the DER signature. */
  readonly signature: string;
  /** Epoch seconds as written. */
  readonly timestamp: string;
  readonly body: Uint8Array;
}

/**
 * Checks a batch of events: ECDSA P-256 with SHA-256 over the timestamp followed by the raw bytes, the line break
 * at the end included
 * (twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features).
 * The vendor's own helper decodes the bytes as text before it verifies, so it is not used.
 * @param publicKeys base64 of the SPKI, as SendGrid shows it; two while one follows the other.
 * @throws AppError REJECTED when it is not SendGrid's.
 */
export function requireSignature(
  publicKeys: readonly string[],
  { signature, timestamp, body }: SignedBatch,
): void {
  const signed = Buffer.concat([Buffer.from(timestamp), body]);
  if (!publicKeys.some((publicKey) => isSigned(publicKey, signature, signed))) {
    throw new AppError('REJECTED', 'SendGrid signature does not match');
  }
}

function isSigned(publicKey: string, signature: string, signed: Buffer): boolean {
  if (!publicKey || !signature) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    // A key of another kind would be another algorithm than the one SendGrid uses.
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false;
    return verify('sha256', signed, { key, dsaEncoding: 'der' }, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
