/** Encryption with a key per subject: deleting the key erases what it encrypted, wherever that has been copied. */
import {
  decrypt,
  type EnvelopeKey,
  encrypt,
  envelopeKey,
  keyIdOf,
  newEnvelopeKey,
  type Place,
} from '@switchboard/envelope';
import type { Tx } from '@switchboard/storage';
import { SubjectKey } from '../domain/subject-key.ts';

type Em = Tx['em'];

/** The installation's vault keys: the first encrypts, all of them decrypt. */
export type VaultKeys = readonly [EnvelopeKey, ...EnvelopeKey[]];

/** Names a data key. */
export type Subject = Pick<SubjectKey, 'workspaceId' | 'subjectId'>;

/** The data keys of subjects. */
export class SubjectKeys {
  constructor(private readonly vaultKeys: VaultKeys) {}

  /** The subject's key, made where there is none yet. */
  async make(em: Em, { workspaceId, subjectId }: Subject): Promise<EnvelopeKey> {
    const wrapped = wrap(this.vaultKeys[0], { workspaceId, subjectId }, newEnvelopeKey());
    // Two first calls at the same moment must end up with one key.
    await em.execute(
      `insert into subject_keys (workspace_id, subject_id, wrapped_key, created_at) values (?, ?, ?, ?)
       on conflict (workspace_id, subject_id) do nothing`,
      [workspaceId, subjectId, wrapped, new Date()],
      'run',
    );
    return unwrap(this.vaultKeys, await em.findOneOrFail(SubjectKey, { workspaceId, subjectId }));
  }

  /** The keys of these subjects that are still there, by subject. */
  async find(
    em: Em,
    workspaceId: string,
    subjectIds: readonly string[],
  ): Promise<ReadonlyMap<string, EnvelopeKey>> {
    const rows = await em.find(SubjectKey, { workspaceId, subjectId: { $in: [...new Set(subjectIds)] } });
    return new Map(rows.map((row) => [row.subjectId, unwrap(this.vaultKeys, row)]));
  }
}

/** Encrypts one cell of a table. */
export function sealText(key: EnvelopeKey, place: Place, text: string): string {
  return encrypt(key, place, Buffer.from(text));
}

/** @throws Error when it was made with another key, stands elsewhere, or was changed. */
export function openText(key: EnvelopeKey, place: Place, sealed: string): string {
  return Buffer.from(decrypt(key, place, sealed)).toString();
}

/** Encrypts a data key with a vault key. */
export function wrap(vaultKey: EnvelopeKey, subject: Subject, dataKey: EnvelopeKey): string {
  return encrypt(vaultKey, placeOf(subject), dataKey.bytes);
}

/** Decrypts a data key. @throws Error when its vault key is not among the installation's. */
export function unwrap(vaultKeys: VaultKeys, row: Subject & Pick<SubjectKey, 'wrappedKey'>): EnvelopeKey {
  const vaultKeyId = keyIdOf(row.wrappedKey);
  const vaultKey = vaultKeys.find(({ id }) => id === vaultKeyId);
  if (!vaultKey) throw new Error(`the vault key ${vaultKeyId} is not configured`);
  return envelopeKey(decrypt(vaultKey, placeOf(row), row.wrappedKey));
}

function placeOf({ workspaceId, subjectId }: Subject): Place {
  return { table: 'subject_keys', column: 'wrapped_key', rowId: subjectId, workspaceId };
}
