/**
 * Fernet (github.com/fernet/spec), as earlier products stored their secrets: AES-128-CBC and HMAC-SHA256 under one key of
 * 32 bytes. Read only, to be moved into the vault.
 */
import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';

const VERSION = 0x80;
const HEADER_BYTES = 1 + 8 + 16;
const MAC_BYTES = 32;
const BLOCK_BYTES = 16;
const BASE64URL = /^[\w-]+={0,2}$/;

/** A key as those products had it: 32 bytes, base64url. @returns `undefined` for anything else. */
export function readFernetKey(text: string): Uint8Array | undefined {
  if (!BASE64URL.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === 32 ? bytes : undefined;
}

/**
 * Decrypts a token. Its age does not matter: it was kept, not sent.
 * @param keys all that it may be encrypted with.
 * @returns `undefined` for a token that none of them opens.
 */
export function openFernet(token: string, keys: readonly Uint8Array[]): string | undefined {
  if (!BASE64URL.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const cipherBytes = bytes.length - HEADER_BYTES - MAC_BYTES;
  if (bytes[0] !== VERSION || cipherBytes < BLOCK_BYTES || cipherBytes % BLOCK_BYTES !== 0) return undefined;
  const key = keys.find((one) => isSigned(bytes, one));
  return key && decrypt(bytes, key);
}

function isSigned(bytes: Buffer, key: Uint8Array): boolean {
  const signed = bytes.subarray(0, -MAC_BYTES);
  const expected = createHmac('sha256', key.subarray(0, 16)).update(signed).digest();
  return timingSafeEqual(expected, bytes.subarray(-MAC_BYTES));
}

function decrypt(bytes: Buffer, key: Uint8Array): string | undefined {
  const decipher = createDecipheriv('aes-128-cbc', key.subarray(16), bytes.subarray(9, HEADER_BYTES));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES, -MAC_BYTES)), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    // Signed, and yet padding or text are wrong: somebody else's idea of the format.
    return undefined;
  }
}
