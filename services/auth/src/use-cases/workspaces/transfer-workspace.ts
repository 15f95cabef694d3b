import { AppError, notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { SessionRevocationReason, WorkspaceTransferredSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { Membership } from '../../domain/membership.ts';
import { refusal } from '../../domain/refusal.ts';
import type { Session } from '../../domain/session.ts';
import { Workspace } from '../../domain/workspace.ts';
import type { Proof, ProveAgain } from '../accounts/prove-again.ts';
import { lockMembers, lockMembership } from '../members/lock-members.ts';
import { type GrantSession, openSession, type SessionGrant } from '../sessions/grant-session.ts';
import { revokeSessionsOf } from '../sessions/revoke-sessions.ts';
import { changeRole } from './update-membership.ts';

/** Gives a workspace to another of its members. Its owner becomes an administrator. */
export class TransferWorkspace {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly proveAgain: ProveAgain,
    private readonly grantSession: GrantSession,
    private readonly now: Clock,
  ) {}

  /**
   * Both sign in again, as what they are now: their sessions in the workspace end.
   * @param userId the member who is to own it.
   * @returns the workspace, and a session for the caller to go on with.
   * @throws AppError FORBIDDEN for anybody but the owner, NOT_FOUND for a user who is no member, REJECTED with
   * `ALREADY_OWNER`, `PASSWORD_REQUIRED`, `INVALID_CREDENTIALS`, `SECOND_FACTOR_REQUIRED` or `CODE_INVALID`, RATE_LIMITED.
   */
  async execute(
    actor: WorkspaceActor,
    userId: string,
    proof: Proof,
    clientIp: string | undefined,
  ): Promise<{ workspace: Workspace; session: SessionGrant }> {
    const ownerId = requireUserId(actor);
    const { workspaceId } = actor;
    await this.unitOfWork.database.read(SYSTEM, async (em) => {
      const [from, to] = [
        await em.findOne(Membership, { workspaceId, userId: ownerId }),
        await em.findOne(Membership, { workspaceId, userId }),
      ];
      requireTransfer(from, to);
    });
    await this.proveAgain.execute(actor, proof, clientIp);
    const { workspace, session } = await this.unitOfWork.run(SYSTEM, (tx) =>
      this.#transfer(tx, { workspaceId, ownerId, userId }),
    );
    return { workspace, session: await this.grantSession.execute(session, 'ADMIN') };
  }

  async #transfer(
    tx: EventTx,
    { workspaceId, ownerId, userId }: Record<'workspaceId' | 'ownerId' | 'userId', string>,
  ): Promise<{ workspace: Workspace; session: Session }> {
    const { em, record } = tx;
    await lockMembers(em, workspaceId);
    const { from, to } = requireTransfer(
      await lockMembership(em, { workspaceId, userId: ownerId }),
      await lockMembership(em, { workspaceId, userId }),
    );
    const workspace = await em.findOne(Workspace, { id: workspaceId });
    if (!workspace) throw new AppError('INTERNAL', `membership ${from.id} has no workspace`);
    changeRole(tx, from, 'ADMIN');
    // Written before the other one: the database lets no workspace have two owners.
    await em.flush();
    changeRole(tx, to, 'OWNER');
    record(
      WorkspaceTransferredSchema,
      { workspaceId, fromUserId: ownerId, toUserId: userId },
      { workspaceId },
    );
    const [now, reason] = [this.now(), SessionRevocationReason.ROLE_CHANGED];
    const session = openSession(tx, ownerId, workspaceId, now);
    await em.flush();
    await revokeSessionsOf(tx, ownerId, reason, now, { workspaceId, exceptSessionId: session.id });
    await revokeSessionsOf(tx, userId, reason, now, { workspaceId });
    return { workspace, session };
  }
}

/** Both ends of a transfer that may be made. */
function requireTransfer(
  from: Membership | null,
  to: Membership | null,
): { readonly from: Membership; readonly to: Membership } {
  if (from?.role !== 'OWNER') {
    throw new AppError('FORBIDDEN', 'not the owner', {
      publicMessage: 'Only the owner transfers a workspace.',
    });
  }
  if (!to) throw notFound('User');
  if (to.id === from.id) throw refusal('ALREADY_OWNER', 'The workspace is yours already.', 'input.userId');
  return { from, to };
}
