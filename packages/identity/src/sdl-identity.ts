import type { KeyObject } from 'node:crypto';
import { newId } from '@switchboard/ids';
import { type CryptoKey, decodeJwt, importJWK, type JWK } from 'jose';
import type { RequestIdentity } from './actor.ts';
import { bodyHash, refused, signingKey, signJwt, type TokenClaims, verifyToken } from './signed-token.ts';

const ISSUER = 'switchboard-supergraph-controller';

/**
 * The one body that the supergraph controller may send to a subgraph, byte for byte. Its tokens carry no actor and
 * open nothing else.
 */
export const SDL_REQUEST_BODY = '{"query":"{ _service { sdl } }"}';

/** Signs the supergraph controller's questions for a subgraph's SDL, with a key of its own. */
export class SdlSigner {
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.#key = key;
  }

  /**
   * @param privateJwk the controller's Ed25519 private key.
   * @throws Error for anything that is not such a key.
   */
  static create(privateJwk: JWK): SdlSigner {
    return new SdlSigner(signingKey(privateJwk));
  }

  /**
   * @param audience name of the one subgraph that may accept the token.
   * @returns a compact JWT for `SDL_REQUEST_BODY`, valid for 30 seconds.
   */
  sign(audience: string): string {
    const requestId = newId('req');
    const claims = { rid: requestId, cid: requestId, bh: bodyHash(SDL_REQUEST_BODY) };
    return signJwt(this.#key, { ...claims, iss: ISSUER, aud: audience });
  }
}

/** Accepts the supergraph controller in one subgraph. */
export class SdlVerifier {
  private constructor(
    private readonly key: CryptoKey | Uint8Array,
    private readonly audience: string,
  ) {}

  /** @param publicJwk the controller's Ed25519 public key. @param audience this subgraph's name. */
  static async create(publicJwk: JWK, audience: string): Promise<SdlVerifier> {
    return new SdlVerifier(await importJWK(publicJwk, 'EdDSA'), audience);
  }

  /** Whether a token claims to be the controller's; nothing is verified by that. */
  static isMeant(token: string): boolean {
    try {
      return decodeJwt(token).iss === ISSUER;
    } catch {
      return false;
    }
  }

  /**
   * @throws AppError UNAUTHENTICATED for anything but a fresh token of the controller, for this subgraph and for
   * `SDL_REQUEST_BODY`.
   */
  async verify(token: string, body: string | Uint8Array): Promise<RequestIdentity> {
    // The body first: a token that was signed over another one by the right key opens nothing either.
    if (bodyHash(body) !== bodyHash(SDL_REQUEST_BODY)) throw refused('the controller asks for SDL only');
    const parties = { issuer: ISSUER, audience: this.audience };
    const claims = await verifyToken<TokenClaims>(this.key, parties, token, body);
    return { actor: { kind: 'anonymous' }, requestId: claims.rid, correlationId: claims.cid };
  }
}
