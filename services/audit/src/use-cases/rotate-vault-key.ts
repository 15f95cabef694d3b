import { keyIdOf } from '@switchboard/envelope';
import { AppError } from '@switchboard/errors';
import { type Database, SYSTEM } from '@switchboard/storage';
import { SubjectKey } from '../domain/subject-key.ts';
import { unwrap, type VaultKeys, wrap } from './seal-for-subject.ts';

/**
 * Moves every data key from the previous vault key to the current one. Each row commits by itself, so a run that was
 * interrupted goes on at the next start.
 * @throws AppError CONFLICT when there are data keys that none of the vault keys decrypts: the service must not start
 * with them unreadable.
 */
export async function rotateVaultKey(database: Database, vaultKeys: VaultKeys): Promise<void> {
  const [current] = vaultKeys;
  const rows = await database.read(SYSTEM, (em) =>
    em.find(SubjectKey, { $not: { wrappedKey: { $like: `v1.${current.id}.%` } } }),
  );
  const known = new Set(vaultKeys.map(({ id }) => id));
  const lost = rows.filter(({ wrappedKey }) => !known.has(keyIdOf(wrappedKey)));
  if (lost.length > 0) {
    throw new AppError(
      'CONFLICT',
      `${lost.length} data keys were encrypted with another vault key; set AUDIT_VAULT_KEY or AUDIT_VAULT_KEY_PREVIOUS to it`,
    );
  }
  for (const row of rows) {
    const { workspaceId, subjectId, wrappedKey } = row;
    const rewrapped = wrap(current, row, unwrap(vaultKeys, row));
    await database.transaction(SYSTEM, ({ em }) =>
      em.nativeUpdate(SubjectKey, { workspaceId, subjectId, wrappedKey }, { wrappedKey: rewrapped }),
    );
  }
}
