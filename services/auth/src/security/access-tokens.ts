import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose';
import { after, type Clock, MINUTE_MS } from '../domain/clock.ts';
import { type Role, scopesOf } from '../domain/role.ts';

const ISSUER = 'switchboard-auth';
const AUDIENCE = 'switchboard';
/** Short, because a token cannot be called back: revocations travel by event beside it. */
export const ACCESS_TOKEN_LIFETIME_MS = 15 * MINUTE_MS;

/** The installation's Ed25519 key for sessions, as a JSON Web Key with its private part (RFC 8037). */
export interface SessionJwk extends JWK {
  readonly kid: string;
  readonly x: string;
  readonly d: string;
}

export interface AccessTokenSubject {
  readonly userId: string;
  readonly workspaceId: string;
  readonly sessionId: string;
  readonly role: Role;
}

/** Access tokens: EdDSA JWTs that the gateway verifies by the published keys. */
export class AccessTokens {
  private constructor(
    private readonly key: CryptoKey | Uint8Array,
    private readonly keyId: string,
    /** What `/.well-known/jwks.json` answers. */
    readonly jwks: { readonly keys: readonly JWK[] },
    private readonly now: Clock,
  ) {}

  /** @param previous the key before, still published while its tokens live. */
  static async create(
    current: SessionJwk,
    previous: SessionJwk | undefined,
    now: Clock,
  ): Promise<AccessTokens> {
    const keys = [current, previous].flatMap((jwk) => (jwk ? [publicPart(jwk)] : []));
    return new AccessTokens(await importJWK(current, 'EdDSA'), current.kid, { keys }, now);
  }

  async issue(subject: AccessTokenSubject): Promise<{ token: string; expiresAt: Date }> {
    const issuedAt = this.now();
    const expiresAt = after(issuedAt, ACCESS_TOKEN_LIFETIME_MS);
    const token = await new SignJWT({
      ws: subject.workspaceId,
      role: subject.role,
      scopes: scopesOf(subject.role),
      sid: subject.sessionId,
      mode: 'live',
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: this.keyId })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(subject.userId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.key);
    return { token, expiresAt };
  }
}

function publicPart({ kid, x }: SessionJwk): JWK {
  return { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, x };
}
