import { LockMode } from '@mikro-orm/core';
import type { UnitOfWork } from '@switchboard/messaging';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { Connection, healthOf } from '../../domain/connection.ts';
import { planNextCheck } from '../../domain/connection-checks.ts';
import { healthAfterUse } from '../../domain/health.ts';
import { requireOwnerOf } from '../../domain/lending.ts';
import { isDoubtful, mayRefresh } from '../../domain/token-care.ts';
import type { SaveConnection } from '../connections/save-connection.ts';
import type { RefreshGrant } from '../grants/refresh-grant.ts';

export interface ConnectionUse {
  readonly connectionId: string;
  /** Empty when the vendor accepted the credential. */
  readonly errorCode: string;
}

/** Takes note of how a vendor took a credential. */
export class ReportConnectionUse {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saveConnection: SaveConnection,
    private readonly refreshGrant: RefreshGrant,
    private readonly now: Clock,
  ) {}

  /** A connection that is gone by now is no failure. @throws AppError FORBIDDEN for another service's vendor. */
  async execute(asker: string, use: ConnectionUse): Promise<void> {
    const where = { id: use.connectionId };
    // Most reports change nothing, so the row is locked only when one does.
    const seen = await this.unitOfWork.database.read(SYSTEM, (em) => em.findOne(Connection, where));
    if (!seen) return;
    requireOwnerOf(seen.vendor, asker);
    // A token of a grant that is over may work for a while: that does not bring the grant back.
    if (seen.accountId !== null && seen.state === 'DISCONNECTED') return;
    if (seen.accountId !== null && isRefused(use)) return this.#doubt(seen);
    if (!healthAfterUse(healthOf(seen), use.errorCode, this.now())) return;
    await this.unitOfWork.run(SYSTEM, async (tx) => {
      const connection = await tx.em.findOne(Connection, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (connection?.accountId && connection.state === 'DISCONNECTED') return;
      const health = connection && healthAfterUse(healthOf(connection), use.errorCode, this.now());
      if (!connection || !health) return;
      this.saveConnection.changeHealth(tx, connection, health);
      planNextCheck(connection, this.now());
    });
  }

  /**
   * A vendor that refuses a token says nothing about the grant: asking for the next token does. One that refuses a
   * token just given is in trouble itself.
   */
  async #doubt(seen: Connection): Promise<void> {
    if (!mayRefresh(seen, this.now())) return;
    if (isDoubtful(seen, this.now())) return this.refreshGrant.execute(seen.id).catch(() => undefined);
    await this.unitOfWork.run(SYSTEM, async (tx) => {
      const where = { id: seen.id };
      const row = await tx.em.findOne(Connection, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (row?.state !== 'CONNECTED') return;
      const trouble = { state: 'ERROR', since: this.now(), lastErrorCode: 'UNAUTHENTICATED' } as const;
      this.saveConnection.changeHealth(tx, row, { ...healthOf(row), ...trouble });
    });
  }
}

function isRefused({ errorCode }: ConnectionUse): boolean {
  return errorCode === 'RECONNECT_REQUIRED' || errorCode === 'UNAUTHENTICATED';
}
