import { createPrivateKey, hash, type KeyObject, sign } from 'node:crypto';
import { AppError } from '@switchboard/errors';
import { type CryptoKey, type JWK, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';

const LIFETIME_S = 30;
const CLOCK_TOLERANCE_S = 5;

/** What every internal token says. */
export interface TokenClaims extends JWTPayload {
  rid: string;
  cid: string;
  /** SHA-256 of the body, base64url: a token taken from one request cannot carry another. */
  bh: string;
}

/** Who signs, and for whom. */
export interface TokenParties {
  readonly issuer: string;
  readonly audience: string;
}

/** @throws Error for anything that is not an Ed25519 private key. */
export function signingKey(privateJwk: JWK): KeyObject {
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('The identity key is not an Ed25519 key');
  return key;
}

export function bodyHash(body: string | Uint8Array): string {
  return hash('sha256', body, 'base64url');
}

/**
 * @param type for the header, where there is another kind of token it could pass for.
 * @returns a compact JWT (RFC 7515, RFC 8037), valid for 30 seconds.
 */
export function signJwt(key: KeyObject, claims: JWTPayload, type?: string): string {
  const issuedAt = Math.floor(Date.now() / 1_000);
  const header = base64url({ alg: 'EdDSA', ...(type && { typ: type }) });
  const signed = `${header}.${base64url({ ...claims, iat: issuedAt, exp: issuedAt + LIFETIME_S })}`;
  // On this thread: a signature takes less time than handing it to another one.
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}

/** @throws AppError UNAUTHENTICATED for anything but a fresh token that the key signed and `expected` describes. */
export async function verifyJwt<C>(
  key: CryptoKey | Uint8Array,
  token: string,
  expected: Pick<JWTVerifyOptions, 'issuer' | 'audience' | 'typ' | 'requiredClaims'>,
): Promise<C & JWTPayload> {
  try {
    const { payload } = await jwtVerify<C>(token, key, {
      ...expected,
      // Named explicitly: `none` and HMAC over the public key must never be considered.
      algorithms: ['EdDSA'],
      clockTolerance: CLOCK_TOLERANCE_S,
      maxTokenAge: `${LIFETIME_S}s`,
      requiredClaims: [...(expected.requiredClaims ?? []), 'exp', 'iat'],
    });
    return payload;
  } catch (cause) {
    throw refused('identity not valid', cause);
  }
}

/**
 * @param requiredClaims beside those of every token.
 * @throws AppError UNAUTHENTICATED for anything but a fresh token of the issuer, for the audience and this body.
 */
export async function verifyToken<C extends TokenClaims>(
  key: CryptoKey | Uint8Array,
  { issuer, audience }: TokenParties,
  token: string,
  body: string | Uint8Array,
  requiredClaims: readonly string[] = [],
): Promise<C> {
  const claims = await verifyJwt<C>(key, token, {
    issuer,
    audience,
    requiredClaims: [...requiredClaims, 'rid', 'cid', 'bh'],
  });
  refuseOtherBody(claims, body);
  return claims;
}

/** @throws AppError UNAUTHENTICATED when the token was signed for another body. */
export function refuseOtherBody({ bh }: TokenClaims, body: string | Uint8Array): void {
  if (bh !== bodyHash(body)) throw refused('identity belongs to another body');
}

export function refused(why: string, cause?: unknown): AppError {
  return new AppError('UNAUTHENTICATED', `Refused: ${why}`, { publicMessage: 'Not authenticated.', cause });
}

export function base64url(claims: object): string {
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}
