import type { Secret } from '@switchboard/observability';

/** A key management service: it decrypts, and never gives away what it decrypts with. */
export interface KeyKeeper {
  /**
   * @returns the plaintext, base64.
   * @throws ProviderError REJECTED when it refuses, UNAVAILABLE when it does not answer.
   */
  decrypt(ciphertext: string): Promise<Secret>;
}
