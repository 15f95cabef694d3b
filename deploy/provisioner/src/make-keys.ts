import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** A new Ed25519 key pair with an id, as a private JSON Web Key (RFC 8037). */
export function makeEd25519(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const kid = randomBytes(8).toString('hex');
  return JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' });
}

/** The public half of a private JSON Web Key. */
export function publicHalfOf(privateJwk: string): string {
  const { d: _private, ...publicJwk } = JSON.parse(privateJwk);
  return JSON.stringify(publicJwk);
}

/** 32 random bytes, base64. */
export function makeKey(): string {
  return randomBytes(32).toString('base64');
}

/**
 * A password for a user of the broker. nats-server reads variables as it reads its configuration, where what begins
 * with a digit is a number, so it begins with a letter.
 */
export function makePassword(): string {
  return `p${randomBytes(24).toString('hex')}`;
}
