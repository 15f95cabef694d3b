import { randomBytes, randomInt } from 'node:crypto';

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const UPPER_ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

function pick(alphabet: string, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += alphabet[randomInt(alphabet.length)];
  return text;
}

/** Lower-case hexadecimal of `length` characters (Twilio's sids). */
export const hexId = (length: number): string => randomBytes(length).toString('hex').slice(0, length);

/** Letters of both cases and digits (Stripe's ids). */
export const alphanumericId = (length: number): string => pick(ALPHANUMERIC, length);

/** Capital letters and digits (PayPal's ids). */
export const upperId = (length: number): string => pick(UPPER_ALPHANUMERIC, length);

/** Thirteen characters without 0, 1, I and O (PayPal's payers and merchants). */
export const payerId = (): string => pick('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', 13);

/** base64url of `bytes` random bytes (SendGrid's message ids). */
export const base64UrlId = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** A number of exactly `digits` digits, at most 15. */
export const digitsId = (digits: number): number => {
  let text = String(randomInt(1, 10));
  while (text.length < digits) text += String(randomInt(10));
  return Number(text);
};
