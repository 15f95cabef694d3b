import type { Secret } from '@switchboard/observability';
import type { ConsentCall } from '../domain/oauth-client.ts';

/** A consent to ask a person for. */
export interface ConsentRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly scopes: readonly string[];
  /** PKCE: of it only the SHA-256 is shown (RFC 7636). */
  readonly verifier: string;
  /** Whose account is meant, where that is known. */
  readonly loginHint?: string | undefined;
}

/** What a vendor gives for a code or a refresh token. */
export interface Grant {
  readonly accessToken: Secret;
  /** Absent when the one before stays valid. */
  readonly refreshToken: Secret | undefined;
  readonly lifetimeMs: number;
  /** Absent when they are those that were asked for. */
  readonly scopes: readonly string[] | undefined;
}

/** Whose account a grant is for. */
export interface ConsentAccount {
  /** Stable at the vendor for as long as the account lives. */
  readonly accountId: string;
  readonly email: string;
}

/** A vendor that connects by consent. Every method but the first asks the vendor, and ends when it had its time. */
export interface ConsentProvider {
  /** The page where a person agrees. */
  authorizationUrl(call: ConsentCall, request: ConsentRequest): Promise<string>;
  /** @throws ProviderError REJECTED for a code that is not good (any more), UNAVAILABLE, INTERNAL for our client. */
  exchange(
    call: ConsentCall,
    answer: { readonly code: string; readonly verifier: string; readonly redirectUri: string },
  ): Promise<Grant>;
  /** @throws ProviderError RECONNECT_REQUIRED when the grant is over, UNAVAILABLE, INTERNAL for our client. */
  refresh(call: ConsentCall, refreshToken: Secret): Promise<Grant>;
  /** Ends a grant; one that is over already is none the worse. Does nothing where the vendor has no way to. */
  revoke(call: ConsentCall, refreshToken: Secret): Promise<void>;
  /** @throws ProviderError RECONNECT_REQUIRED, UNAVAILABLE. */
  identify(call: ConsentCall, accessToken: Secret): Promise<ConsentAccount>;
}
