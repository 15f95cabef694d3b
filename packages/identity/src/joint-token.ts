import { hash, type KeyObject } from 'node:crypto';
import type { CryptoKey } from 'jose';
import {
  base64url,
  refused,
  refuseOtherBody,
  signJwt,
  type TokenClaims,
  type TokenParties,
  verifyJwt,
} from './signed-token.ts';

/** Most tokens under one signature: each of them carries the digests of all. */
const TOGETHER_MAX = 16;
/** Said in the header, so that neither kind of token passes for the other (RFC 8725, 3.11). */
const TYPE = 'identities+jwt';
/** Signatures a verifier remembers: those of some hundred requests, which are under way at once. */
const REMEMBERED_MAX = 256;

interface Waiting {
  readonly audience: string;
  readonly claims: TokenClaims;
  readonly resolve: (token: string) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Signs the tokens of one moment together: a signature costs more than everything else about a token. One that is alone
 * is a JWT. The others are `<JWT>~<claims>`, after the manner of SD-JWT (RFC 9901): the JWT is the same for all and holds
 * the digest of each one's claims, so that every token is as bound to its audience and body as if it were alone.
 */
export class JointSigner {
  #waiting: Waiting[] = [];

  constructor(
    private readonly key: KeyObject,
    private readonly issuer: string,
  ) {}

  /** @returns a token that is valid for 30 seconds from when it is signed, which is this turn of the event loop's end. */
  sign(audience: string, claims: TokenClaims): Promise<string> {
    return new Promise((resolve, reject) => {
      const count = this.#waiting.push({ audience, claims, resolve, reject });
      if (count === 1) setImmediate(() => this.#signWaiting());
    });
  }

  #signWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let start = 0; start < waiting.length; start += TOGETHER_MAX) {
      const together = waiting.slice(start, start + TOGETHER_MAX);
      try {
        const tokens = this.#signTogether(together);
        for (const [index, { resolve }] of together.entries()) resolve(tokens[index] ?? '');
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
  }

  #signTogether(together: readonly Waiting[]): string[] {
    const claims = together.map(({ audience, claims }) => ({ ...claims, aud: audience }));
    const [only] = claims;
    if (claims.length === 1 && only) return [signJwt(this.key, { ...only, iss: this.issuer })];
    const disclosures = claims.map(base64url);
    const jwt = signJwt(this.key, { iss: this.issuer, digests: disclosures.map(digestOf) }, TYPE);
    return disclosures.map((disclosure) => `${jwt}~${disclosure}`);
  }
}

interface Remembered {
  readonly digests: ReadonlySet<unknown>;
  /** Seconds since 1970. */
  readonly until: number;
}

/** Accepts tokens that were signed together; their signature is verified once. */
export class JointVerifier {
  readonly #remembered = new Map<string, Remembered>();

  constructor(private readonly key: CryptoKey | Uint8Array) {}

  /** Whether a token claims to be one of several; nothing is verified by that. */
  static isMeant(token: string): boolean {
    return token.includes('~');
  }

  /**
   * @param requiredClaims beside those of every token.
   * @throws AppError UNAUTHENTICATED for anything but a fresh token of the issuer, for the audience and this body.
   */
  async verify<C extends TokenClaims>(
    { issuer, audience }: TokenParties,
    token: string,
    body: string | Uint8Array,
    requiredClaims: readonly string[] = [],
  ): Promise<C> {
    const [jwt = '', disclosure = '', ...more] = token.split('~');
    const { digests } = await this.#signatureOf(jwt, issuer);
    if (more.length > 0 || !digests.has(digestOf(disclosure)))
      throw refused('identity not under its signature');
    // The signer made it: what is under the signature is what it said.
    const claims: C = JSON.parse(Buffer.from(disclosure, 'base64url').toString());
    if (claims.aud !== audience) throw refused('identity meant for another service');
    const missing = [...requiredClaims, 'rid', 'cid', 'bh'].find((name) => claims[name] === undefined);
    if (missing) throw refused(`identity without ${missing}`);
    refuseOtherBody(claims, body);
    return claims;
  }

  async #signatureOf(jwt: string, issuer: string): Promise<Remembered> {
    const known = this.#remembered.get(jwt);
    if (known && known.until > Date.now() / 1_000) return known;
    this.#remembered.delete(jwt);
    const { digests, exp = 0 } = await verifyJwt<{ readonly digests: unknown }>(this.key, jwt, {
      issuer,
      typ: TYPE,
    });
    const signature: Remembered = { digests: new Set(Array.isArray(digests) ? digests : []), until: exp };
    this.#remembered.set(jwt, signature);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED_MAX) break;
      this.#remembered.delete(oldest);
    }
    return signature;
  }
}

function digestOf(disclosure: string): string {
  return hash('sha256', disclosure, 'base64url');
}
