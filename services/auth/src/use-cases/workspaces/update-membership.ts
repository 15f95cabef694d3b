import { notFound } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import {
  MembershipUpdatedSchema,
  Role as RoleMessage,
  SessionRevocationReason,
} from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import type { Membership } from '../../domain/membership.ts';
import { ownerMustTransfer } from '../../domain/owner-rule.ts';
import type { Role } from '../../domain/role.ts';
import { refuseTestKeys } from '../guards/refuse-test-keys.ts';
import { currentRole, lockMembers, lockMembership, requireAdministrator } from '../members/lock-members.ts';
import { revokeSessionsOf } from '../sessions/revoke-sessions.ts';

/** Makes a member an administrator, or an administrator a member. */
export class UpdateMembership {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /**
   * The member signs in again: their sessions in the workspace end, whose tokens say what they could do before.
   * @throws AppError NOT_FOUND, REJECTED with `OWNER_MUST_TRANSFER` when an owner would come or go, FORBIDDEN.
   */
  execute(actor: WorkspaceActor, membershipId: string, role: Role): Promise<Membership> {
    refuseTestKeys(actor, 'change members');
    const { workspaceId } = actor;
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      await lockMembers(tx.em, workspaceId);
      requireAdministrator(await currentRole(tx.em, actor));
      const membership = await lockMembership(tx.em, { id: membershipId, workspaceId });
      if (!membership) throw notFound('Membership');
      if (membership.role === role) return membership;
      if (role === 'OWNER') throw ownerMustTransfer('input.role');
      if (membership.role === 'OWNER') throw ownerMustTransfer('input.membershipId');
      changeRole(tx, membership, role);
      const reason = SessionRevocationReason.ROLE_CHANGED;
      await revokeSessionsOf(tx, membership.userId, reason, this.now(), { workspaceId });
      return membership;
    });
  }
}

/** Writes a member's role and states it. */
export function changeRole({ record }: EventTx, membership: Membership, role: Role): void {
  const { id: membershipId, userId, workspaceId, role: before } = membership;
  membership.role = role;
  const roles = { role: RoleMessage[role], previousRole: RoleMessage[before] };
  record(MembershipUpdatedSchema, { membershipId, userId, ...roles }, { workspaceId });
}
