import { LockMode } from '@mikro-orm/core';
import { AppError } from '@switchboard/errors';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { SessionRefreshedSchema, SessionRevocationReason } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { after, type Clock } from '../../domain/clock.ts';
import { Membership } from '../../domain/membership.ts';
import type { RefreshToken, RefreshTokens } from '../../domain/refresh-token.ts';
import { judgeRefresh, SESSION_IDLE_MS, Session } from '../../domain/session.ts';
import { Workspace, workspaceSuspended } from '../../domain/workspace.ts';
import type { GrantSession, SessionGrant } from './grant-session.ts';
import { revokeSession } from './revoke-sessions.ts';

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
    // Locked: of parallel refreshes the first rotates and the others see what it did.
    const session = await em.findOne(Session, { id: sessionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!session) return 'no such session';
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
    if (!membership) return 'the user is no longer a member';
    if (verdict === 'ROTATE') {
      session.generation += 1;
      session.rotatedAt = now;
      session.expiresAt = after(now, SESSION_IDLE_MS);
      record(SessionRefreshedSchema, { sessionId }, { workspaceId });
    }
    return { session, membership };
  }
}

function workspaceClosed(): AppError {
  const { message, publicMessage } = workspaceSuspended();
  return new AppError('UNAUTHENTICATED', `refresh refused: ${message}`, { publicMessage });
}

function refused(why: string): AppError {
  return new AppError('UNAUTHENTICATED', `refresh refused: ${why}`, { publicMessage: 'Sign in again.' });
}
