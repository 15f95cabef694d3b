import { createHash } from 'node:crypto';
import { AppError } from '@switchboard/errors';
import { type CryptoKey, importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
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
  return createHash('sha256').update(body).digest('base64url');
}

/** Signs identities for subgraphs. Held by the gateway alone. */
export class IdentitySigner {
  readonly #key: CryptoKey | Uint8Array;

  private constructor(key: CryptoKey | Uint8Array) {
    this.#key = key;
  }

  /** @param privateJwk the gateway's Ed25519 private key. */
  static async create(privateJwk: JWK): Promise<IdentitySigner> {
    return new IdentitySigner(await importJWK(privateJwk, 'EdDSA'));
  }

  /**
   * @param audience name of the one subgraph that may accept the token.
   * @param body the exact bytes of the request it belongs to.
   * @returns a compact JWT, valid for 30 seconds.
   */
  sign(identity: RequestIdentity, audience: string, body: string | Uint8Array): Promise<string> {
    const claims: IdentityClaims = {
      actor: identity.actor,
      rid: identity.requestId,
      cid: identity.correlationId,
      bh: bodyHash(body),
      ...(identity.operation !== undefined && { op: identity.operation }),
      ...(identity.clientIp !== undefined && { ip: identity.clientIp }),
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_S}s`)
      .sign(this.#key);
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
