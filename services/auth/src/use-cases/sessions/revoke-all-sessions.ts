import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { SessionRevocationReason } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { revokeSessionsOf } from './revoke-sessions.ts';

/** Signs a user out everywhere, in every workspace. */
export class RevokeAllSessions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /**
   * @param keepCurrent whether the session in hand goes on.
   * @returns the ids of the sessions that are over now.
   * @throws AppError FORBIDDEN without a user.
   */
  execute(actor: WorkspaceActor, keepCurrent: boolean): Promise<string[]> {
    const userId = requireUserId(actor);
    const exceptSessionId = keepCurrent ? actor.sessionId : undefined;
    return this.unitOfWork.run(SYSTEM, (tx) =>
      revokeSessionsOf(tx, userId, SessionRevocationReason.SIGN_OUT, this.now(), { exceptSessionId }),
    );
  }
}
