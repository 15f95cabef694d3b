import { LockMode } from '@mikro-orm/core';
import { AppError } from '@switchboard/errors';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { SessionRefreshedSchema, SessionRevocationReason } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { after, type Clock } from '../../domain/clock.ts';
import { Membership } from '../../domain/membership.ts';
import type { RefreshToken, RefreshTokens } from '../../domain/refresh-token.ts';
import { judgeRefresh, judgeStranded, SESSION_IDLE_MS, Session } from '../../domain/session.ts';
import { User } from '../../domain/user.ts';
import { Workspace, workspaceSuspended } from '../../domain/workspace.ts';
import { openOwnWorkspace } from '../accounts/open-own-workspace.ts';
import { type GrantSession, openSession, type SessionGrant } from '../sessions/grant-session.ts';
import { revokeSession } from '../sessions/revoke-sessions.ts';

/** Continues a session with its next refresh token (RFC 9700, 4.14.2: rotation with detection of reuse). */
export class RefreshSession {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly refreshTokens: RefreshTokens,
    private readonly grantSession: GrantSession,
    private readonly now: Clock,
  ) {}

  /** @throws AppError UNAUTHENTICATED for anything but a token that may be used now; reuse ends the session. */
  async execute(refreshToken: string): Promise<SessionGrant> {
    const presented = this.refreshTokens.read(refreshToken);
    if (!presented) throw refused('not a refresh token of ours');
    // Refusals are thrown after the commit: the end of a reused family must not roll back.
    const outcome = await this.unitOfWork.run(SYSTEM, (tx) => this.#refresh(tx, presented));
    if (typeof outcome === 'string') throw refused(outcome);
    return this.grantSession.execute(outcome.session, outcome.membership.role);
  }

  async #refresh(
    tx: EventTx,
    { sessionId, generation }: RefreshToken,
  ): Promise<{ session: Session; membership: Membership } | string> {
    const { em, record } = tx;
    const now = this.now();
    // Of a session that ended with its membership the user is locked first, as whoever signs them out everywhere does.
    await em.execute(
      `select 1 from users
         where id = (select user_id from sessions where id = ? and stranded_at is not null) for update`,
      [sessionId],
    );
    // Locked: of parallel refreshes the first rotates and the others see what it did.
    const session = await em.findOne(Session, { id: sessionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!session) return 'no such session';
    if (session.strandedAt) return this.#leaveStranded(tx, session, generation);
    // Asked first: its session is revoked as well, and would not say why.
    const suspended = await em.count(Workspace, { id: session.workspaceId, suspendedAt: { $ne: null } });
    if (suspended > 0) throw workspaceClosed();
    const verdict = judgeRefresh(session, generation, now);
    if (verdict === 'ENDED') return 'the session is over';
    if (verdict === 'REUSED') {
      revokeSession(tx, session, SessionRevocationReason.REFRESH_REUSE, now);
      return 'a replaced refresh token was presented again';
    }
    const { userId, workspaceId } = session;
    const membership = await em.findOne(Membership, { userId, workspaceId });
    if (!membership) {
      revokeSession(tx, session, SessionRevocationReason.MEMBERSHIP_REMOVED, now);
      return this.#leaveStranded(tx, session, generation);
    }
    if (verdict === 'ROTATE') {
      session.generation += 1;
      session.rotatedAt = now;
      session.expiresAt = after(now, SESSION_IDLE_MS);
      record(SessionRefreshedSchema, { sessionId }, { workspaceId });
    }
    return { session, membership };
  }

  /**
   * The membership ended under the session. Who belongs nowhere any more goes on in a workspace of their own, once; who
   * belongs elsewhere signs in there.
   */
  async #leaveStranded(
    tx: EventTx,
    session: Session,
    generation: number,
  ): Promise<{ session: Session; membership: Membership } | string> {
    const now = this.now();
    const verdict = judgeStranded(session, generation, now);
    if (verdict === 'ENDED') return 'the session is over';
    session.strandedAt = null;
    if (verdict === 'REUSED') return 'a replaced refresh token was presented again';
    const user = await tx.em.findOneOrFail(User, { id: session.userId });
    const membership = await openOwnWorkspace(tx, user, now);
    if (!membership) return 'the user is no longer a member';
    const provenAt = session.provenAt ?? session.createdAt;
    return { session: openSession(tx, user.id, membership.workspaceId, now, provenAt), membership };
  }
}

function workspaceClosed(): AppError {
  const { message, publicMessage } = workspaceSuspended();
  return new AppError('UNAUTHENTICATED', `refresh refused: ${message}`, { publicMessage });
}

function refused(why: string): AppError {
  return new AppError('UNAUTHENTICATED', `refresh refused: ${why}`, { publicMessage: 'Sign in again.' });
}
