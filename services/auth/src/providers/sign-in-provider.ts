import type { VouchedPerson } from '../domain/identity.ts';
import type { ConsentCall } from '../domain/oauth-client.ts';

/** A sign-in to send a person to. */
export interface SignInRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** S256 (RFC 7636). */
  readonly challenge: string;
}

/** What came back, and what it must match. */
export interface SignInAnswer {
  readonly code: string;
  readonly verifier: string;
  readonly nonce: string;
  readonly redirectUri: string;
}

/** Vouches for people. */
export interface SignInProvider {
  /** The page where a person signs in. */
  authorizationUrl(call: ConsentCall, request: SignInRequest): Promise<string>;
  /** @throws ProviderError REJECTED for a code or an ID token that is not good, UNAVAILABLE, INTERNAL for our client. */
  exchange(call: ConsentCall, answer: SignInAnswer): Promise<VouchedPerson>;
}

/** Reads ID tokens that an app got by itself. */
export interface IdTokenReader {
  /**
   * @param clientIds the installation's applications: the token must be for one of them.
   * @throws ProviderError REJECTED for a token that is not good, UNAVAILABLE while the provider's keys cannot be had.
   */
  read(call: ConsentCall, idToken: string, clientIds: readonly string[]): Promise<VouchedPerson>;
}
