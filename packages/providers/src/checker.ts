import type { ProviderCall } from './credential.ts';

/** A vendor's role of saying whether it takes a credential. */
export interface CredentialChecker {
  /**
   * Reads one cheap thing that the vendor shows to whoever holds the credential, and changes nothing.
   * @throws ProviderError; RECONNECT_REQUIRED when the credential is refused.
   */
  check(call: ProviderCall): Promise<void>;
}
