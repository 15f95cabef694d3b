import { LockMode } from '@mikro-orm/core';
import { AppError, notFound } from '@switchboard/errors';
import { requireScope, requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import {
  MembershipRemovedSchema,
  MembershipUpdatedSchema,
  Role as RoleMessage,
  SessionRevocationReason,
} from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../domain/clock.ts';
import { Connection } from '../domain/connection.ts';
import { requireMayChange, requireMayGive } from '../domain/member-rule.ts';
import { Membership } from '../domain/membership.ts';
import type { Role } from '../domain/role.ts';
import { revokeSessionsOf } from './revoke-sessions.ts';
import type { SaveConnection } from './save-connection.ts';

/**
 * Changes what members may do, and removes them. Either acts at once: their sessions in this workspace end, because an
 * access token carries the role it was made with.
 */
export class ChangeMembers {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saveConnection: SaveConnection,
    private readonly now: Clock,
  ) {}

  /** @throws AppError NOT_FOUND, FORBIDDEN, REJECTED (`OWNER_MUST_TRANSFER`, `OWNER_BY_TRANSFER`). */
  update(actor: WorkspaceActor, membershipId: string, role: Role): Promise<Membership> {
    requireLive(actor);
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      const membership = await lockMember(tx, actor.workspaceId, { id: membershipId });
      requireMayChange(actor.role, membership.role);
      requireMayGive(actor.role, role);
      if (membership.role === role) return membership;
      await giveRole(tx, membership, role, this.now());
      return membership;
    });
  }

  /**
   * Removes a member, or lets the caller leave. What the member connected for themselves goes along; what belongs to the
   * workspace stays, API keys too.
   * @returns the id of the membership that is gone.
   * @throws AppError NOT_FOUND, FORBIDDEN, REJECTED (`OWNER_MUST_TRANSFER`).
   */
  remove(actor: WorkspaceActor, membershipId: string): Promise<string> {
    requireLive(actor);
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      const { workspaceId } = actor;
      const membership = await lockMember(tx, workspaceId, { id: membershipId });
      const { userId, role } = membership;
      if (userId !== actor.userId) requireScope(actor, 'workspace:admin');
      requireMayChange(userId === actor.userId ? role : actor.role, role);
      const personal = await tx.em.find(Connection, { workspaceId, ownerKind: 'USER', userId });
      for (const connection of personal) await this.saveConnection.remove(tx, connection);
      tx.em.remove(membership);
      tx.record(MembershipRemovedSchema, { membershipId, userId }, { workspaceId });
      const reason = SessionRevocationReason.MEMBERSHIP_CHANGED;
      await revokeSessionsOf(tx, userId, reason, this.now(), { workspaceId });
      return membershipId;
    });
  }
}

/** @throws AppError NOT_FOUND alike for another workspace's and an unknown one. */
export async function lockMember(
  { em }: EventTx,
  workspaceId: string,
  where: { readonly id: string } | { readonly userId: string },
): Promise<Membership> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
  const membership = await em.findOne(Membership, { ...where, workspaceId }, lock);
  if (!membership) throw notFound('Member');
  return membership;
}

/** Gives a member another role; states it, and ends sessions that were opened with the role before. */
export async function giveRole(tx: EventTx, membership: Membership, role: Role, now: Date): Promise<void> {
  const { id: membershipId, userId, workspaceId, role: previous } = membership;
  membership.role = role;
  tx.record(
    MembershipUpdatedSchema,
    { membershipId, userId, role: RoleMessage[role], previousRole: RoleMessage[previous] },
    { workspaceId },
  );
  const reason = SessionRevocationReason.MEMBERSHIP_CHANGED;
  await revokeSessionsOf(tx, userId, reason, now, { workspaceId });
}

function requireLive(actor: WorkspaceActor): void {
  if (actor.mode === 'live') return;
  throw new AppError('FORBIDDEN', 'a test key changed members', {
    publicMessage: 'Test keys cannot manage members.',
  });
}

/** The user who asks, in person. @throws AppError FORBIDDEN without one, or for anybody but the owner. */
export function requireOwner(actor: WorkspaceActor): string {
  const userId = requireUserId(actor);
  if (actor.role === 'OWNER') return userId;
  throw new AppError('FORBIDDEN', `${actor.role} acted as owner`, {
    publicMessage: 'Only the owner can do this.',
  });
}
