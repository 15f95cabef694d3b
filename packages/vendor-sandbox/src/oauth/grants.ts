/**
 * What people allowed: authorization codes, refresh tokens and access tokens of one vendor, with the rules of RFC 6749
 * and RFC 7636 that every vendor keeps, and the few where they differ.
 */
import { createHash } from 'node:crypto';
import { BoundedMap } from '../bounded.ts';
import { OAuthError } from './oauth-error.ts';
import type { Person } from './people.ts';

/** Where vendors differ. */
export interface GrantRules {
  /** What becomes of a refresh token that was used: kept for good, replaced with an overlap, or replaced at once. */
  readonly rotation: 'kept' | 'overlapping' | 'at-once';
  readonly accessSeconds: number;
  newCode(): string;
  newAccessToken(): string;
  newRefreshToken(): string;
}

/** One consent of one person to one application. */
export interface ConsentGrant {
  readonly clientId: string;
  readonly person: Person;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  /** Whether a refresh token comes with it. */
  readonly isOffline: boolean;
  isRevoked: boolean;
}

/** What a code or a refresh token is exchanged for. */
export interface IssuedTokens {
  readonly grant: ConsentGrant;
  readonly accessToken: string;
  /** Absent where none is given. */
  readonly refreshToken: string | undefined;
  readonly expiresInSeconds: number;
}

interface Code {
  readonly grant: ConsentGrant;
  readonly redirectUri: string;
  readonly challenge: string | undefined;
  readonly expiresAt: number;
  isUsed: boolean;
}

interface RefreshToken {
  readonly grant: ConsentGrant;
  /** When it stops working because another one took its place. */
  endsAt: number;
}

const CODE_MS = 10 * 60_000;
const OVERLAP_MS = 24 * 3_600_000;
const ENTRIES_MAX = 5_000;

export class Grants {
  readonly #codes = new BoundedMap<string, Code>(ENTRIES_MAX);
  readonly #refreshTokens = new BoundedMap<string, RefreshToken>(ENTRIES_MAX);
  readonly #accessTokens = new BoundedMap<string, { grant: ConsentGrant; endsAt: number }>(ENTRIES_MAX);
  readonly #grants = new BoundedMap<ConsentGrant, true>(ENTRIES_MAX);

  /** How long access tokens live that are given from now on. */
  accessSeconds: number;

  constructor(
    private readonly rules: GrantRules,
    private readonly nowMs: () => number,
  ) {
    this.accessSeconds = rules.accessSeconds;
  }

  /** A code for a consent that was given. @param request.challenge S256. */
  allow(
    grant: Omit<ConsentGrant, 'isRevoked'>,
    request: { readonly redirectUri: string; readonly challenge: string | undefined },
  ): string {
    const kept: ConsentGrant = { ...grant, isRevoked: false };
    this.#grants.set(kept, true);
    const code = this.rules.newCode();
    this.#codes.set(code, { grant: kept, ...request, expiresAt: this.nowMs() + CODE_MS, isUsed: false });
    return code;
  }

  /** What a person allowed an application before, and did not take back. */
  grantsOf(clientId: string, person: Person): ConsentGrant[] {
    return [...this.#grants.keys()].filter(
      (grant) => grant.clientId === clientId && grant.person.email === person.email && !grant.isRevoked,
    );
  }

  /** @throws OAuthError `invalid_grant`; a code that comes twice ends what it gave (RFC 6749, 4.1.2). */
  redeemCode(
    clientId: string,
    request: { code: string; redirectUri: string; verifier: string },
  ): IssuedTokens {
    const found = this.#codes.get(request.code);
    if (!found || found.grant.clientId !== clientId) throw invalidGrant('Malformed auth code.', 'code');
    if (found.isUsed) {
      found.grant.isRevoked = true;
      throw invalidGrant('The code was used already.', 'code');
    }
    if (found.expiresAt <= this.nowMs() || found.grant.isRevoked) {
      throw invalidGrant('The code has expired.', 'expired');
    }
    if (found.redirectUri !== request.redirectUri) {
      throw invalidGrant('redirect_uri does not match.', 'redirect');
    }
    if (found.challenge !== undefined && challengeOf(request.verifier) !== found.challenge) {
      throw invalidGrant('Invalid code verifier.', 'verifier');
    }
    found.isUsed = true;
    return this.#issue(found.grant, found.grant.isOffline ? this.#newRefreshToken(found.grant) : undefined);
  }

  /** @throws OAuthError `invalid_grant`. */
  refresh(clientId: string, refreshToken: string): IssuedTokens {
    const found = this.#refreshTokens.get(refreshToken);
    if (!found || found.grant.clientId !== clientId) {
      throw invalidGrant('The refresh token is not known.', 'code');
    }
    if (found.grant.isRevoked) throw invalidGrant('Token has been expired or revoked.', 'revoked');
    if (found.endsAt <= this.nowMs()) throw invalidGrant('The refresh token was replaced.', 'replaced');
    if (this.rules.rotation === 'kept') return this.#issue(found.grant, undefined);
    found.endsAt = this.nowMs() + (this.rules.rotation === 'overlapping' ? OVERLAP_MS : 0);
    return this.#issue(found.grant, this.#newRefreshToken(found.grant));
  }

  /** Ends the consent that a token belongs to. @returns false for a token nobody knows. */
  revoke(token: string): boolean {
    const grant = this.#refreshTokens.get(token)?.grant ?? this.#accessTokens.get(token)?.grant;
    if (!grant || grant.isRevoked) return false;
    this.revokePerson(grant.person, grant.clientId);
    return true;
  }

  /** As if the person removed the application (all of them without one) in the settings of their account. */
  revokePerson(person: Person, clientId?: string): number {
    const ended = this.#of(person).filter((grant) => clientId === undefined || grant.clientId === clientId);
    for (const grant of ended) grant.isRevoked = true;
    return ended.length;
  }

  /** Ends a person's access tokens now; their refresh tokens go on. */
  expirePerson(person: Person): number {
    const tokens = [...this.#accessTokens.values()].filter(
      ({ grant }) => grant.person.email === person.email,
    );
    for (const token of tokens) token.endsAt = 0;
    return tokens.length;
  }

  /** The consent an access token stands for, while both live. */
  grantOf(accessToken: string): ConsentGrant | undefined {
    const found = this.#accessTokens.get(accessToken);
    return found && found.endsAt > this.nowMs() && !found.grant.isRevoked ? found.grant : undefined;
  }

  clear(): void {
    this.accessSeconds = this.rules.accessSeconds;
    for (const map of [this.#codes, this.#refreshTokens, this.#accessTokens, this.#grants]) map.clear();
  }

  #issue(grant: ConsentGrant, refreshToken: string | undefined): IssuedTokens {
    const accessToken = this.rules.newAccessToken();
    const expiresInSeconds = this.accessSeconds;
    this.#accessTokens.set(accessToken, { grant, endsAt: this.nowMs() + expiresInSeconds * 1_000 });
    return { grant, accessToken, refreshToken, expiresInSeconds };
  }

  #newRefreshToken(grant: ConsentGrant): string {
    const token = this.rules.newRefreshToken();
    this.#refreshTokens.set(token, { grant, endsAt: Number.POSITIVE_INFINITY });
    return token;
  }

  #of(person: Person): ConsentGrant[] {
    return [...this.#grants.keys()].filter(
      (grant) => grant.person.email === person.email && !grant.isRevoked,
    );
  }
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

function invalidGrant(description: string, reason: OAuthError['reason']): OAuthError {
  return new OAuthError('invalid_grant', description, reason);
}
