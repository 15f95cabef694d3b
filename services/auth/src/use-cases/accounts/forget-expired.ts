import { type Database, SYSTEM } from '@switchboard/storage';
import { Challenge } from '../../domain/challenge.ts';
import { after, type Clock, DAY_MS } from '../../domain/clock.ts';
import { Consent } from '../../domain/consent.ts';
import { FactorChallenge } from '../../domain/second-factor.ts';
import { Session } from '../../domain/session.ts';
import { SignInStart } from '../../domain/sign-in-start.ts';

/** Kept this long after its end, for questions about what happened. */
const KEPT_MS = 30 * DAY_MS;

/** Removes what has long ended: counters, links, sessions. */
export class ForgetExpired {
  constructor(
    private readonly database: Database,
    private readonly now: Clock,
  ) {}

  async execute(): Promise<void> {
    const now = this.now();
    const limit = after(now, -KEPT_MS);
    await this.database.transaction(SYSTEM, async ({ em }) => {
      await em.execute('delete from attempt_counters where window_ends_at < ?', [now], 'run');
      await em.nativeDelete(Challenge, { expiresAt: { $lt: limit } });
      await em.nativeDelete(Consent, { expiresAt: { $lt: limit } });
      await em.nativeDelete(FactorChallenge, { expiresAt: { $lt: limit } });
      await em.nativeDelete(SignInStart, { expiresAt: { $lt: limit } });
      await em.nativeDelete(Session, { expiresAt: { $lt: limit } });
    });
  }
}
