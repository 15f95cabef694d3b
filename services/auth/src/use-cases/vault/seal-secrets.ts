/**
 * The vault: a connection's secrets are encrypted with the data key of their workspace, data keys with the
 * installation's master key. A change of the master key only re-encrypts data keys.
 */

import {
  decrypt,
  type EnvelopeKey,
  encrypt,
  envelopeKey,
  keyIdOf,
  newEnvelopeKey,
  type Place,
} from '@switchboard/envelope';
import { AppError } from '@switchboard/errors';
import { Secret } from '@switchboard/observability';
import type { Tx } from '@switchboard/storage';
import type { Connection } from '../../domain/connection.ts';
import type { Secrets } from '../../domain/vendors.ts';
import { WorkspaceKey } from '../../domain/workspace-key.ts';

type Em = Tx['em'];

/** The installation's master keys: the first encrypts, all of them decrypt. Empty without AUTH_VAULT_KEY. */
export type MasterKeys = readonly EnvelopeKey[];

/** Encrypts and decrypts the secrets of connections. */
export class SealSecrets {
  constructor(private readonly masterKeys: MasterKeys) {}

  /** @throws AppError UNSUPPORTED when the installation has no vault key. */
  seal(
    em: Em,
    connection: Pick<Connection, 'id' | 'workspaceId'>,
    secrets: Secrets,
    now: Date,
  ): Promise<string> {
    return this.sealAt(em, placeOf(connection), secrets, now);
  }

  /** @throws AppError INTERNAL when the ciphertext does not belong to this row or its key is gone. */
  async open(
    em: Em,
    connection: Pick<Connection, 'id' | 'workspaceId' | 'secretsSealed'>,
  ): Promise<Secret<Secrets>> {
    if (connection.secretsSealed === null) throw cannotOpen(connection.id);
    return this.openAt(em, placeOf(connection), connection.secretsSealed);
  }

  /** Encrypts what stands at any place, with the data key of `place.workspaceId`: a workspace, or a user. */
  sealAt(em: Em, place: Place, secrets: Secrets, now: Date): Promise<string> {
    return this.sealBytesAt(em, place, Buffer.from(JSON.stringify(secrets)), now);
  }

  /** The same for anything that is not values by name. */
  async sealBytesAt(em: Em, place: Place, bytes: Uint8Array, now: Date): Promise<string> {
    return encrypt(await this.#dataKey(em, place.workspaceId, now), place, bytes);
  }

  /** @throws AppError INTERNAL when the ciphertext does not belong there or its key is gone. */
  async openAt(em: Em, place: Place, sealed: string): Promise<Secret<Secrets>> {
    const plaintext = await this.openBytesAt(em, place, sealed);
    return new Secret(JSON.parse(Buffer.from(plaintext).toString()) as Secrets);
  }

  /** The same for anything that is not values by name. */
  async openBytesAt(em: Em, place: Place, sealed: string): Promise<Uint8Array> {
    const row = await em.findOne(WorkspaceKey, { workspaceId: place.workspaceId });
    if (!row) throw cannotOpen(place.rowId);
    try {
      return decrypt(unwrap(this.masterKeys, row), place, sealed);
    } catch (cause) {
      throw cannotOpen(place.rowId, cause);
    }
  }

  /**
   * Makes a data key before there is anything to seal.
   * @param keyId under which name: a workspace's id, or another one's.
   * @throws AppError UNSUPPORTED when the installation has no vault key.
   */
  async makeKey(em: Em, keyId: string, now: Date): Promise<void> {
    await this.#dataKey(em, keyId, now);
  }

  /** The workspace's data key; made when its first secret is saved. */
  async #dataKey(em: Em, workspaceId: string, now: Date): Promise<EnvelopeKey> {
    const [master] = this.masterKeys;
    if (!master) {
      throw new AppError('UNSUPPORTED', 'AUTH_VAULT_KEY is not set', {
        publicMessage: 'This installation has no vault key, so it cannot keep secrets.',
      });
    }
    const wrappedKey = wrap(master, workspaceId, newEnvelopeKey());
    // Two first secrets at the same moment must end up with one key.
    await em.execute(
      `insert into workspace_keys (workspace_id, wrapped_key, created_at) values (?, ?, ?)
       on conflict (workspace_id) do nothing`,
      [workspaceId, wrappedKey, now],
      'run',
    );
    const row = await em.findOneOrFail(WorkspaceKey, { workspaceId });
    return unwrap(this.masterKeys, row);
  }
}

/** Encrypts a data key with a master key. */
export function wrap(master: EnvelopeKey, workspaceId: string, dataKey: EnvelopeKey): string {
  return encrypt(master, keyPlaceOf(workspaceId), dataKey.bytes);
}

/** Decrypts a data key. @throws Error when its master key is not among the installation's. */
export function unwrap(
  masterKeys: MasterKeys,
  row: Pick<WorkspaceKey, 'workspaceId' | 'wrappedKey'>,
): EnvelopeKey {
  const masterId = keyIdOf(row.wrappedKey);
  const master = masterKeys.find((key) => key.id === masterId);
  if (!master) throw new Error(`the vault key ${masterId} is not configured`);
  return envelopeKey(decrypt(master, keyPlaceOf(row.workspaceId), row.wrappedKey));
}

function placeOf({ id, workspaceId }: Pick<Connection, 'id' | 'workspaceId'>): Place {
  return { table: 'connections', column: 'secrets_sealed', rowId: id, workspaceId };
}

function keyPlaceOf(workspaceId: string): Place {
  return { table: 'workspace_keys', column: 'wrapped_key', rowId: workspaceId, workspaceId };
}

function cannotOpen(rowId: string, cause?: unknown): AppError {
  return new AppError('INTERNAL', `the secrets of ${rowId} cannot be decrypted`, { cause });
}
