import { LockMode } from '@mikro-orm/core';
import { AppError, notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { Membership } from '../../domain/membership.ts';
import { isActive, Session } from '../../domain/session.ts';
import { User } from '../../domain/user.ts';
import { Workspace, workspaceSuspended } from '../../domain/workspace.ts';
import { type GrantSession, openSession, type SessionGrant } from '../sessions/grant-session.ts';

/** Opens a session in another workspace of the user. The one in hand goes on: a browser may have both in two tabs. */
export class SwitchWorkspace {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly grantSession: GrantSession,
    private readonly now: Clock,
  ) {}

  /**
   * @throws AppError NOT_FOUND for a workspace the user does not belong to, REJECTED with `WORKSPACE_SUSPENDED`,
   * FORBIDDEN without a user, UNAUTHENTICATED once the session in hand is over.
   */
  async execute(
    actor: WorkspaceActor,
    workspaceId: string,
  ): Promise<{ workspace: Workspace; session: SessionGrant }> {
    const userId = requireUserId(actor);
    const opened = await this.unitOfWork.run(SYSTEM, async (tx) => {
      const current = await this.#requireOpenSession(tx, userId, actor.sessionId ?? '');
      // Locked: a member who is being removed gets no session that outlives the membership.
      const lock = { lockMode: LockMode.PESSIMISTIC_READ };
      const membership = await tx.em.findOne(Membership, { userId, workspaceId }, lock);
      const workspace = membership && (await tx.em.findOne(Workspace, { id: workspaceId }));
      if (!workspace) throw notFound('Workspace');
      if (workspace.suspendedAt) throw workspaceSuspended('input.workspaceId');
      const provenAt = current.provenAt ?? current.createdAt;
      const session = openSession(tx, userId, workspaceId, this.now(), provenAt);
      return { workspace, role: membership.role, session };
    });
    return {
      workspace: opened.workspace,
      session: await this.grantSession.execute(opened.session, opened.role),
    };
  }

  /** An access token outlives its session by minutes; it must not become a session of a month. */
  async #requireOpenSession({ em }: EventTx, userId: string, sessionId: string): Promise<Session> {
    // Locked: whoever signs out everywhere in parallel ends the new session too, or the one in hand before it.
    await em.findOne(User, { id: userId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const current = await em.findOne(Session, { id: sessionId, userId });
    if (current && isActive(current, this.now())) return current;
    throw new AppError('UNAUTHENTICATED', 'the session in hand is over', { publicMessage: 'Sign in again.' });
  }
}
