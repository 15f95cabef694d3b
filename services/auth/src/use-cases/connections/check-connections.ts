import { randomUUID } from 'node:crypto';
import { AppError } from '@switchboard/errors';
import type { EventTx, RpcClient, UnitOfWork } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import { ConnectionsService } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { Connection, healthOf } from '../../domain/connection.ts';
import { afterOwnerAway, planNextCheck } from '../../domain/connection-checks.ts';
import { healthAfterUse } from '../../domain/health.ts';
import type { Installation } from '../../domain/installation.ts';
import { VENDOR_SHAPES } from '../../domain/vendors.ts';
import type { SaveConnection } from './save-connection.ts';

/** Tried at the same moment. */
const AT_ONCE = 4;
const BATCH = 200;
/** What the owner may take to borrow the credential and hear the vendor. */
const ASK_TIMEOUT_MS = 15_000;
/** Longer than asking twice; whoever finds it over may try again. */
const LEASE_S = 60;

/**
 * What came of asking: the vendor's word, empty when it took the credential; that no service is there to ask it; or that
 * the service which is there could not, such as for a connection to a sandbox that the installation no longer has.
 */
type Outcome = { readonly errorCode: string } | 'AWAY' | 'UNTOLD';

/**
 * Has connections by a form tried at their vendor when it is time, by the service that works with it, and takes note of
 * what the vendor said as of any use. Replicas may run it together: a lease on the row lets one of them ask.
 */
export class CheckConnections {
  readonly #owner = randomUUID();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly installation: Installation,
    private readonly saveConnection: SaveConnection,
    private readonly rpc: Pick<RpcClient, 'ask'>,
    private readonly logger: Logger,
    private readonly now: Clock,
  ) {}

  /** One batch of those that are due. @returns whether there may be more now. */
  async execute(): Promise<boolean> {
    const due = await this.#due();
    let asked = 0;
    for (let begin = 0; begin < due.length; begin += AT_ONCE) {
      const some = due.slice(begin, begin + AT_ONCE);
      const results = await Promise.allSettled(some.map((connection) => this.#check(connection)));
      for (const result of results) {
        if (result.status === 'rejected') this.logger.warn({ err: result.reason }, 'a check failed');
        else if (result.value) asked += 1;
      }
    }
    // Where nothing could be done there is nothing to hurry for.
    return due.length === BATCH && asked > 0;
  }

  /** Those of the platform count while the configuration names them. */
  #due(): Promise<Connection[]> {
    const platform = this.installation.platformConnections.map(({ id }) => id);
    return this.unitOfWork.database.read(SYSTEM, (em) =>
      em.find(
        Connection,
        {
          nextCheckAt: { $lte: this.now() },
          $or: [{ ownerKind: { $ne: 'PLATFORM' } }, { id: { $in: platform } }],
        },
        { orderBy: { nextCheckAt: 'asc' }, limit: BATCH },
      ),
    );
  }

  /** @returns whether it was this replica's to try. */
  async #check(seen: Connection): Promise<boolean> {
    if (!(await this.#takeLease(seen))) return false;
    await this.#settle(seen, await this.#ask(seen));
    return true;
  }

  /** The database's clock decides over the lease, so that replicas need not agree on the time. */
  async #takeLease({ id }: Connection): Promise<boolean> {
    const rows = await this.unitOfWork.database.statement(
      `update connections set lease_owner = ?, lease_until = now() + interval '${LEASE_S} seconds'
       where id = ? and next_check_at <= ?::timestamptz and (lease_until is null or lease_until < now())
       returning id`,
      [this.#owner, id, this.now()],
    );
    return rows.length > 0;
  }

  async #ask({ id, vendor }: Connection): Promise<Outcome> {
    let isAway = true;
    const request = { connectionId: id, vendor: vendor.toLowerCase() };
    for (const owner of VENDOR_SHAPES[vendor].owners) {
      try {
        const options = { owner, timeoutMs: ASK_TIMEOUT_MS };
        const { errorCode } = await this.rpc.ask(ConnectionsService.method.check, request, options);
        return { errorCode };
      } catch (err) {
        if (AppError.from(err).code !== 'UNAVAILABLE') isAway = false;
        this.logger.info({ err, owner, connectionId: id }, 'a connection could not be tried');
      }
    }
    return isAway ? 'AWAY' : 'UNTOLD';
  }

  /** Writes what was said, unless the credential it was said of has been replaced meanwhile. */
  async #settle(seen: Connection, outcome: Outcome): Promise<void> {
    await this.unitOfWork.run(SYSTEM, async (tx) => {
      const held = await tx.em.execute<unknown[]>(
        'update connections set lease_owner = null, lease_until = null where id = ? and lease_owner = ? returning id',
        [seen.id, this.#owner],
      );
      const row = held.length > 0 ? await tx.em.findOne(Connection, { id: seen.id }) : null;
      if (!row || row.secretsSealed !== seen.secretsSealed) return;
      const now = this.now();
      if (outcome === 'AWAY') {
        row.nextCheckAt = afterOwnerAway(now);
        return;
      }
      if (outcome !== 'UNTOLD') this.#take(tx, row, outcome.errorCode, now);
      planNextCheck(row, now);
    });
  }

  #take(tx: EventTx, row: Connection, errorCode: string, now: Date): void {
    const health = healthAfterUse(healthOf(row), errorCode, now);
    if (health) this.saveConnection.changeHealth(tx, row, health);
    if (errorCode !== '' && row.state === 'ERROR') row.checkFailures += 1;
  }
}
