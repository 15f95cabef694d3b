import { createPrivateKey, hash, type KeyObject, sign } from 'node:crypto';
import { AppError } from '@switchboard/errors';
import { type CryptoKey, importJWK, type JWK, type JWTPayload, jwtVerify } from 'jose';
import type { Actor, RequestIdentity } from './actor.ts';

const ISSUER = 'switchboard-gateway';
const LIFETIME_S = 30;
const CLOCK_TOLERANCE_S = 5;

/** The header that carries the identity from the gateway to a subgraph. */
export const IDENTITY_HEADER = 'x-switchboard-identity';

interface IdentityClaims extends JWTPayload {
  actor: Actor;
  rid: string;
  cid: string;
  op?: string;
  ip?: string;
  /** SHA-256 of the body, base64url: a token taken from one request cannot carry another. */
  bh: string;
}

function bodyHash(body: string | Uint8Array): string {
  return hash('sha256', body, 'base64url');
}

const HEADER = Buffer.from('{"alg":"EdDSA"}').toString('base64url');

/** Signs identities for subgraphs. Held by the gateway alone. */
export class IdentitySigner {
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.#key = key;
  }

  /**
   * @param privateJwk the gateway's Ed25519 private key.
   * @throws Error for anything that is not such a key.
   */
  static async create(privateJwk: JWK): Promise<IdentitySigner> {
    const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('The identity key is not an Ed25519 key');
    return new IdentitySigner(key);
  }

  /**
   * @param audience name of the one subgraph that may accept the token.
   * @param body the exact bytes of the request it belongs to.
   * @returns a compact JWT (RFC 7515, RFC 8037), valid for 30 seconds.
   */
  async sign(identity: RequestIdentity, audience: string, body: string | Uint8Array): Promise<string> {
    const issuedAt = Math.floor(Date.now() / 1_000);
    const claims: IdentityClaims = {
      actor: identity.actor,
      rid: identity.requestId,
      cid: identity.correlationId,
      bh: bodyHash(body),
      ...(identity.operation !== undefined && { op: identity.operation }),
      ...(identity.clientIp !== undefined && { ip: identity.clientIp }),
      iss: ISSUER,
      aud: audience,
      iat: issuedAt,
      exp: issuedAt + LIFETIME_S,
    };
    const signed = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    // On this thread: a signature takes less time than handing it to another one, ten times for a nested query.
    return `${signed}.${sign(null, Buffer.from(signed), this.#key).toString('base64url')}`;
  }
}

/** Accepts identities in one subgraph. */
export class IdentityVerifier {
  readonly #key: CryptoKey | Uint8Array;
  readonly #audience: string;

  private constructor(key: CryptoKey | Uint8Array, audience: string) {
    this.#key = key;
    this.#audience = audience;
  }

  /**
   * @param publicJwk the gateway's Ed25519 public key.
   * @param audience this subgraph's name.
   */
  static async create(publicJwk: JWK, audience: string): Promise<IdentityVerifier> {
    return new IdentityVerifier(await importJWK(publicJwk, 'EdDSA'), audience);
  }

  /**
   * @throws AppError UNAUTHENTICATED for anything but a fresh token of the gateway, for this subgraph and this body.
   */
  async verify(token: string | undefined, body: string | Uint8Array): Promise<RequestIdentity> {
    if (!token) throw refused('no identity');
    let claims: IdentityClaims;
    try {
      const verified = await jwtVerify<IdentityClaims>(token, this.#key, {
        // Named explicitly: `none` and HMAC over the public key must never be considered.
        algorithms: ['EdDSA'],
        issuer: ISSUER,
        audience: this.#audience,
        clockTolerance: CLOCK_TOLERANCE_S,
        maxTokenAge: `${LIFETIME_S}s`,
        requiredClaims: ['actor', 'rid', 'cid', 'bh', 'exp', 'iat'],
      });
      claims = verified.payload;
    } catch (cause) {
      throw refused('identity not valid', cause);
    }
    if (claims.bh !== bodyHash(body)) throw refused('identity belongs to another body');
    return {
      actor: claims.actor,
      requestId: claims.rid,
      correlationId: claims.cid,
      operation: claims.op,
      clientIp: claims.ip,
    };
  }
}

function refused(why: string, cause?: unknown): AppError {
  return new AppError('UNAUTHENTICATED', `Refused: ${why}`, { publicMessage: 'Not authenticated.', cause });
}
