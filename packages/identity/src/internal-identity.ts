import { type CryptoKey, importJWK, type JWK } from 'jose';
import type { Actor, RequestIdentity } from './actor.ts';
import { JointSigner, JointVerifier } from './joint-token.ts';
import { SdlVerifier } from './sdl-identity.ts';
import { bodyHash, refused, signingKey, type TokenClaims, verifyToken } from './signed-token.ts';

const ISSUER = 'switchboard-gateway';

/** The header that carries the identity from the gateway to a subgraph. */
export const IDENTITY_HEADER = 'x-switchboard-identity';

interface IdentityClaims extends TokenClaims {
  actor: Actor;
  op?: string;
  ip?: string;
}

/** Signs identities for subgraphs. Held by the gateway alone. */
export class IdentitySigner {
  readonly #signer: JointSigner;

  private constructor(signer: JointSigner) {
    this.#signer = signer;
  }

  /**
   * @param privateJwk the gateway's Ed25519 private key.
   * @throws Error for anything that is not such a key.
   */
  static async create(privateJwk: JWK): Promise<IdentitySigner> {
    return new IdentitySigner(new JointSigner(signingKey(privateJwk), ISSUER));
  }

  /**
   * @param audience name of the one subgraph that may accept the token.
   * @param body the exact bytes of the request it belongs to.
   * @returns a token for `IDENTITY_HEADER`, valid for 30 seconds: a compact JWT (RFC 7515, RFC 8037), or one of several that
   * were asked for at this moment and signed together.
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
    return this.#signer.sign(audience, claims);
  }
}

interface VerifyingKey {
  readonly key: CryptoKey | Uint8Array;
  readonly joint: JointVerifier;
}

/** Accepts identities in one subgraph. */
export class IdentityVerifier {
  private constructor(
    private readonly keys: readonly VerifyingKey[],
    private readonly audience: string,
    private readonly sdlReader: SdlVerifier | undefined,
  ) {}

  /**
   * @param publicJwks the gateway's Ed25519 public key; two while one takes the other's place.
   * @param audience this subgraph's name.
   * @param sdlReaderJwk the supergraph controller's public key, where there is one: it may ask for the SDL alone.
   */
  static async create(
    publicJwks: JWK | readonly JWK[],
    audience: string,
    sdlReaderJwk?: JWK,
  ): Promise<IdentityVerifier> {
    const sdlReader = sdlReaderJwk && (await SdlVerifier.create(sdlReaderJwk, audience));
    const keys = await Promise.all([publicJwks].flat().map((jwk: JWK) => importJWK(jwk, 'EdDSA')));
    const verifying = keys.map((key) => ({ key, joint: new JointVerifier(key) }));
    return new IdentityVerifier(verifying, audience, sdlReader);
  }

  /**
   * @throws AppError UNAUTHENTICATED for anything but a fresh token of the gateway, for this subgraph and this body,
   * or of the supergraph controller for the SDL.
   */
  async verify(token: string | undefined, body: string | Uint8Array): Promise<RequestIdentity> {
    if (!token) throw refused('no identity');
    if (this.sdlReader && SdlVerifier.isMeant(token)) return this.sdlReader.verify(token, body);
    const parties = { issuer: ISSUER, audience: this.audience };
    const claims = await this.#verify(({ key, joint }) =>
      JointVerifier.isMeant(token)
        ? joint.verify<IdentityClaims>(parties, token, body, ['actor'])
        : verifyToken<IdentityClaims>(key, parties, token, body, ['actor']),
    );
    return {
      actor: claims.actor,
      requestId: claims.rid,
      correlationId: claims.cid,
      operation: claims.op,
      clientIp: claims.ip,
    };
  }

  /** By whichever key is the right one. @throws what the last of them says. */
  async #verify<T>(verify: (key: VerifyingKey) => Promise<T>): Promise<T> {
    let failure: unknown;
    for (const key of this.keys) {
      try {
        return await verify(key);
      } catch (thrown) {
        failure = thrown;
      }
    }
    throw failure;
  }
}
