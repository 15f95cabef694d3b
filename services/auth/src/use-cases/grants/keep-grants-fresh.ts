import { type Database, SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { Connection } from '../../domain/connection.ts';
import { nextRefreshOf } from '../../domain/token-care.ts';
import type { RefreshGrant } from './refresh-grant.ts';

/** Asked of vendors at the same moment. */
const AT_ONCE = 4;
const BATCH = 200;

/** Renews tokens before they end, and those that nobody uses daily. Replicas may run it together. */
export class KeepGrantsFresh {
  /** Where the next look begins, so that a long list is gone through bit by bit. */
  #after = '';

  constructor(
    private readonly database: Database,
    private readonly refreshGrant: RefreshGrant,
    private readonly now: Clock,
  ) {}

  /** One batch of connections. @returns whether there are more to look at now. */
  async execute(): Promise<boolean> {
    const rows = await this.database.read(SYSTEM, (em) =>
      em.find(
        Connection,
        { id: { $gt: this.#after }, accountId: { $ne: null }, state: { $ne: 'DISCONNECTED' } },
        { orderBy: { id: 'asc' }, limit: BATCH },
      ),
    );
    this.#after = rows.length === BATCH ? (rows.at(-1)?.id ?? '') : '';
    const now = this.now();
    const due = rows.filter((row) => {
      const next = nextRefreshOf(row);
      return next !== null && next <= now;
    });
    for (let begin = 0; begin < due.length; begin += AT_ONCE) {
      // What fails is written on the connection and tried again in its time.
      await Promise.allSettled(
        due.slice(begin, begin + AT_ONCE).map(({ id }) => this.refreshGrant.execute(id)),
      );
    }
    return this.#after !== '';
  }
}
