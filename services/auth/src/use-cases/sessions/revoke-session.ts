import { notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { SessionRevocationReason } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { Session } from '../../domain/session.ts';
import { revokeSession } from './revoke-sessions.ts';

/** Signs a user out of the session in hand, or of another session of theirs. */
export class RevokeSession {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /**
   * @returns the id of the session that is over.
   * @throws AppError NOT_FOUND for a session that is not the caller's, FORBIDDEN without a user.
   */
  async execute(actor: WorkspaceActor, sessionId: string | null): Promise<string> {
    const userId = requireUserId(actor);
    const wanted = sessionId ?? actor.sessionId ?? '';
    await this.unitOfWork.run(SYSTEM, async (tx) => {
      const session = await tx.em.findOne(Session, { id: wanted, userId });
      if (!session) throw notFound('Session');
      if (!session.revokedAt) revokeSession(tx, session, SessionRevocationReason.SIGN_OUT, this.now());
    });
    return wanted;
  }
}
