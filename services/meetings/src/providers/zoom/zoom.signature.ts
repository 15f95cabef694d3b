import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@switchboard/errors';

/** What Zoom signs: a time, and the bytes as they came. */
export interface SignedCallback {
  /** `v0=` and hexadecimal digits. */
  readonly signature: string;
  /** Epoch seconds as written. */
  readonly timestamp: string;
  readonly body: Uint8Array;
}

/**
 * Checks a callback: HMAC-SHA256 over `v0:<time>:<body>`
 * (developers.zoom.us/docs/api/webhooks/#verify-webhook-events).
 * @param secretTokens the subscription's, and the one before while it is being replaced.
 * @returns the one that signed. @throws AppError REJECTED when it is none of them.
 */
export function requireZoomSignature(
  secretTokens: readonly string[],
  { signature, timestamp, body }: SignedCallback,
): string {
  const given = Buffer.from(signature);
  const signer = secretTokens.find((secretToken) => {
    if (secretToken === '') return false;
    const expected = Buffer.from(`v0=${zoomHmac(secretToken, `v0:${timestamp}:`, body)}`);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (signer === undefined) throw new AppError('REJECTED', 'Zoom signature does not match');
  return signer;
}

/** HMAC-SHA256 in hexadecimal, also Zoom's answer to its question whether an address is ours. */
export function zoomHmac(secretToken: string, ...parts: readonly (string | Uint8Array)[]): string {
  const digest = createHmac('sha256', secretToken);
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
}
