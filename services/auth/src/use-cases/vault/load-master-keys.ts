import { type EnvelopeKey, envelopeKey } from '@switchboard/envelope';
import { AppError } from '@switchboard/errors';
import type { VaultKey } from '../../domain/vault-key.ts';
import type { KeyKeeper } from '../../providers/key-keeper.ts';

/**
 * The master keys, in the order of the configuration. What a key management service encrypted is decrypted there, once
 * and at the start: afterwards the service may be away.
 * @param keeper absent where none is configured; then there is nothing to decrypt.
 * @throws AppError INVALID_INPUT for a plaintext that is no key, and whatever the keeper throws.
 */
export function loadMasterKeys(
  vaultKeys: readonly (VaultKey | undefined)[],
  keeper: KeyKeeper | undefined,
): Promise<EnvelopeKey[]> {
  const given = vaultKeys.filter((key) => key !== undefined);
  return Promise.all(given.map((key) => (key.kind === 'plain' ? key.key : unseal(key.ciphertext, keeper))));
}

async function unseal(ciphertext: string, keeper: KeyKeeper | undefined): Promise<EnvelopeKey> {
  if (!keeper)
    throw new AppError('INVALID_INPUT', 'the vault key is encrypted, and no key service is configured');
  const bytes = Buffer.from((await keeper.decrypt(ciphertext)).reveal(), 'base64');
  if (bytes.length !== 32) {
    throw new AppError('INVALID_INPUT', 'what the key service decrypted is not a key of 32 bytes');
  }
  return envelopeKey(bytes);
}
