import { keyIdOf } from '@switchboard/envelope';
import { AppError } from '@switchboard/errors';
import { type Database, SYSTEM } from '@switchboard/storage';
import { WorkspaceKey } from '../../domain/workspace-key.ts';
import { type MasterKeys, unwrap, wrap } from './seal-secrets.ts';

/**
 * Moves every data key from the previous master key to the current one. Each row commits by itself, so a run that
 * was interrupted goes on at the next start.
 */
export class RotateVaultKey {
  constructor(
    private readonly database: Database,
    private readonly masterKeys: MasterKeys,
  ) {}

  /**
   * @returns how many data keys were encrypted anew.
   * @throws AppError CONFLICT when secrets exist that none of the configured keys can decrypt: the service must
   * not start with them unreadable.
   */
  async execute(): Promise<number> {
    const [current] = this.masterKeys;
    const rows = await this.database.read(SYSTEM, (em) => em.find(WorkspaceKey, {}));
    const known = new Set(this.masterKeys.map((key) => key.id));
    const lost = rows.filter((row) => !known.has(keyIdOf(row.wrappedKey)));
    if (lost.length > 0) {
      throw new AppError(
        'CONFLICT',
        `the secrets of ${lost.length} workspaces were encrypted with another vault key; set AUTH_VAULT_KEY or AUTH_VAULT_PREVIOUS_KEY to it`,
      );
    }
    if (!current) return 0;
    const old = rows.filter((row) => keyIdOf(row.wrappedKey) !== current.id);
    for (const { workspaceId, wrappedKey } of old) {
      const rewrapped = wrap(current, workspaceId, unwrap(this.masterKeys, { workspaceId, wrappedKey }));
      await this.database.transaction(SYSTEM, ({ em }) =>
        em.nativeUpdate(WorkspaceKey, { workspaceId, wrappedKey }, { wrappedKey: rewrapped }),
      );
    }
    return old.length;
  }
}
