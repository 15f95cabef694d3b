import { randomUUID } from 'node:crypto';
import { AppError } from '@switchboard/errors';
import { failpoint } from '@switchboard/failpoints';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { defineTiming, Secret } from '@switchboard/observability';
import { type Database, SYSTEM } from '@switchboard/storage';
import { after, type Clock } from '../../domain/clock.ts';
import { Connection, healthOf } from '../../domain/connection.ts';
import { isConsentVendor } from '../../domain/consent-vendors.ts';
import { healthAfterUse } from '../../domain/health.ts';
import type { Installation } from '../../domain/installation.ts';
import { isEnding, isLendable, mayRefresh, retryAfter } from '../../domain/token-care.ts';
import type { ConsentProvider, Grant } from '../../providers/consent-provider.ts';
import type { SaveConnection } from '../connections/save-connection.ts';
import type { SealSecrets } from '../vault/seal-secrets.ts';
import type { SaveGrant } from './save-grant.ts';

/** Longer than a vendor's time and a commit; whoever finds it over may refresh again. */
const LEASE_S = 20;
const POLL_MS = 50;
/** Less than a borrower waits for auth. */
const WAIT_MS = 3_500;

const refreshes = defineTiming(
  'switchboard_grant_refresh_duration_seconds',
  'How long vendors took for the next token of a connection by consent.',
  ['vendor'],
);

/** What is lent of a grant. */
export interface LentToken {
  readonly accessToken: Secret;
  readonly expiresAt: Date;
}

/**
 * Sees to it that a connection by consent has a token that lives. One refresh at a time per connection: callers in this
 * process share one, other replicas are kept out by a lease on the row and wait for what the holder writes.
 *
 * A crash between the vendor's answer and the commit loses that answer. The lease runs out, and the refresh token
 * before is tried once more: a vendor that still takes it answers again, one that replaced it says `invalid_grant`, and
 * that ends the connection. Neither is repeated without end.
 */
export class RefreshGrant {
  readonly #refreshing = new Map<string, Promise<void>>();
  readonly #lending = new Map<string, Promise<LentToken>>();
  readonly #owner = randomUUID();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly installation: Installation,
    private readonly provider: ConsentProvider,
    private readonly sealSecrets: SealSecrets,
    private readonly saveConnection: SaveConnection,
    private readonly saveGrant: SaveGrant,
    private readonly now: Clock,
  ) {}

  /**
   * A token to lend.
   * @throws AppError NOT_FOUND, RECONNECT_REQUIRED when the grant is over, UNAVAILABLE when the vendor does not answer
   * and the token before has ended.
   */
  token(connectionId: string): Promise<LentToken> {
    return shared(this.#lending, connectionId, () => this.#token(connectionId));
  }

  async #token(connectionId: string): Promise<LentToken> {
    const seen = await this.#read(connectionId);
    if (isEnding(seen, this.now()) && mayRefresh(seen, this.now())) {
      await this.execute(connectionId).catch((thrown) => {
        // The token before is good for a while: whoever borrows it need not know.
        if (!isLendable(seen, this.now()) || AppError.from(thrown).code === 'RECONNECT_REQUIRED')
          throw thrown;
      });
    }
    return this.#lendable(connectionId);
  }

  /** Asks the vendor for the next token, unless somebody else does: then what they get is waited for. */
  execute(connectionId: string): Promise<void> {
    return shared(this.#refreshing, connectionId, () => this.#refresh(connectionId));
  }

  async #refresh(connectionId: string): Promise<void> {
    const seen = await this.#read(connectionId);
    const isTaken = await takeLease(this.unitOfWork.database, this.#owner, seen);
    if (!isTaken) return this.#waitFor(seen);
    const { connection, refreshToken } = await this.#open(connectionId);
    const { vendor, sandbox } = connection;
    if (!isConsentVendor(vendor)) throw new AppError('INTERNAL', `${vendor} has no consent`);
    let grant: Grant;
    try {
      grant = await refreshes.of({ vendor }, () =>
        this.provider.refresh(this.installation.consentCall(vendor, sandbox), refreshToken),
      );
    } catch (thrown) {
      await this.#fail(connection, AppError.from(thrown));
      throw thrown;
    }
    failpoint('grant.after-refresh');
    await this.#settle(connection, (tx, row) => this.saveGrant.renew(tx, row, grant, this.now()));
  }

  #fail(used: Connection, error: AppError): Promise<void> {
    return this.#settle(used, async (tx, row) => {
      const now = this.now();
      if (error.code === 'RECONNECT_REQUIRED') return this.saveGrant.end(tx, row, now);
      row.retryAt = after(now, error.retryAfterMs ?? retryAfter(row.retries, Math.random()));
      row.retries += 1;
      // As long as the token before lives, nobody is without one.
      if (isLendable(row, now)) return;
      const health = healthAfterUse(healthOf(row), error.code, now);
      if (health) this.saveConnection.changeHealth(tx, row, health);
    });
  }

  /**
   * Gives the lease back and writes what became of a refresh; nothing if another one holds it by now, or if the person
   * connected anew meanwhile: what the vendor said was of a grant that is no longer the connection's.
   */
  async #settle(
    used: Pick<Connection, 'id' | 'tokenGeneration'>,
    write: (tx: EventTx, row: Connection) => Promise<void>,
  ): Promise<void> {
    await this.unitOfWork.run(SYSTEM, async (tx) => {
      const held = await tx.em.execute<unknown[]>(
        'update connections set lease_owner = null, lease_until = null where id = ? and lease_owner = ? returning id',
        [used.id, this.#owner],
      );
      const row = held.length > 0 ? await tx.em.findOne(Connection, { id: used.id }) : null;
      if (row?.tokenGeneration === used.tokenGeneration) await write(tx, row);
    });
  }

  /** Waits until whoever holds the lease has written, or given up. */
  async #waitFor(seen: Connection): Promise<void> {
    for (let waited = 0; waited < WAIT_MS; waited += POLL_MS) {
      const row = await this.#read(seen.id);
      if (row.state === 'DISCONNECTED') throw reconnect(row.id);
      if (row.tokenGeneration !== seen.tokenGeneration) return;
      if (!mayRefresh(row, this.now())) throw away();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw away();
  }

  async #read(connectionId: string): Promise<Connection> {
    const row = await this.unitOfWork.database.read(SYSTEM, (em) =>
      em.findOne(Connection, { id: connectionId }),
    );
    if (!row) throw new AppError('NOT_FOUND', `connection ${connectionId} is gone`);
    return row;
  }

  #open(connectionId: string): Promise<{ connection: Connection; refreshToken: Secret }> {
    return this.unitOfWork.database.read(SYSTEM, async (em) => {
      const connection = await em.findOneOrFail(Connection, { id: connectionId });
      const secrets = (await this.sealSecrets.open(em, connection)).reveal();
      return { connection, refreshToken: new Secret(secrets.refreshToken ?? '') };
    });
  }

  #lendable(connectionId: string): Promise<LentToken> {
    return this.unitOfWork.database.read(SYSTEM, async (em) => {
      const row = await em.findOne(Connection, { id: connectionId });
      if (!row) throw new AppError('NOT_FOUND', `connection ${connectionId} is gone`);
      if (row.state === 'DISCONNECTED') throw reconnect(connectionId);
      const { tokenExpiresAt } = row;
      if (!tokenExpiresAt || !isLendable(row, this.now())) throw away();
      const secrets = (await this.sealSecrets.open(em, row)).reveal();
      return { accessToken: new Secret(secrets.accessToken ?? ''), expiresAt: tokenExpiresAt };
    });
  }
}

/** Has those who ask for the same at the same moment share one answer. */
function shared<T>(running: Map<string, Promise<T>>, key: string, start: () => Promise<T>): Promise<T> {
  const known = running.get(key);
  if (known) return known;
  const started = start().finally(() => running.delete(key));
  running.set(key, started);
  return started;
}

/**
 * Takes the lease on a connection, if nobody has it and nobody renewed its token since it was seen. The database's
 * clock decides, so that replicas need not agree on the time.
 */
async function takeLease(database: Database, owner: string, seen: Connection): Promise<boolean> {
  const rows = await database.statement(
    `update connections set lease_owner = ?, lease_until = now() + interval '${LEASE_S} seconds'
     where id = ? and state <> 'DISCONNECTED' and (lease_until is null or lease_until < now())
       and token_generation = ?
     returning id`,
    [owner, seen.id, seen.tokenGeneration],
  );
  return rows.length > 0;
}

function reconnect(connectionId: string): AppError {
  return new AppError('RECONNECT_REQUIRED', `the grant of ${connectionId} is over`, {
    publicMessage: 'The vendor ended the connection. Connect again.',
    details: { connectionId },
  });
}

function away(): AppError {
  return new AppError('UNAVAILABLE', 'no token could be had', {
    publicMessage: 'The vendor did not answer.',
  });
}
