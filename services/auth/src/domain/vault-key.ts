import { type EnvelopeKey, envelopeKey } from '@switchboard/envelope';

/** A master key as the configuration has it: itself, or encrypted by a key management service. */
export type VaultKey =
  | { readonly kind: 'plain'; readonly key: EnvelopeKey }
  | { readonly kind: 'sealed'; readonly ciphertext: string };

// developer.hashicorp.com/vault/api-docs/secret/transit: `vault:v<version>:<base64>`
const SEALED = /^vault:v\d+:[A-Za-z0-9+/]+={0,2}$/;

/** @returns `undefined` for what is neither 32 bytes in base64 nor a ciphertext. */
export function readVaultKey(text: string): VaultKey | undefined {
  if (SEALED.test(text)) return { kind: 'sealed', ciphertext: text };
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 ? { kind: 'plain', key: envelopeKey(bytes) } : undefined;
}
