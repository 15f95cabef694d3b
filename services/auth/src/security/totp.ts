/** Time-based codes (RFC 6238): SHA-1, six digits, 30 seconds, as every authenticator app has them. */
import { generateSecret, generateURI, verify } from 'otplib';

const PERIOD_S = 30;
/** Clocks of phones go wrong by a little. */
const TOLERANCE_S = 30;

/** 160 random bits, base32. */
export function newTotpSecret(): string {
  return generateSecret({ length: 20 });
}

/** What the authenticator app reads as a picture. @param label whose account it is. */
export function totpUrl(secret: string, label: string): string {
  return generateURI({ issuer: 'Switchboard', label, secret });
}

/**
 * Compares a code.
 * @param afterTimeStep the last one that was accepted: it and all before are refused, or a code would work twice.
 * @returns the code's time step; `undefined` for a wrong one.
 */
export async function verifyTotp(
  secret: string,
  code: string,
  afterTimeStep: number,
  now: Date,
): Promise<number | undefined> {
  if (!/^\d{6}$/.test(code)) return undefined;
  const epoch = Math.floor(now.getTime() / 1_000);
  const current = Math.floor(epoch / PERIOD_S);
  // The library refuses a step in the future as a wrong argument, and there is no code after it anyway.
  if (afterTimeStep > current) return undefined;
  const result = await verify({
    secret,
    token: code,
    epoch,
    epochTolerance: TOLERANCE_S,
    ...(afterTimeStep > 0 && { afterTimeStep }),
  });
  return result.valid ? current + result.delta : undefined;
}
