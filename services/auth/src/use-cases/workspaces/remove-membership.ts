import { notFound } from '@switchboard/errors';
import { requireScope, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { SessionRevocationReason } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { ownerMustTransfer } from '../../domain/owner-rule.ts';
import type { SaveConnection } from '../connections/save-connection.ts';
import { refuseTestKeys } from '../guards/refuse-test-keys.ts';
import { currentRole, lockMembers, lockMembership, requireAdministrator } from '../members/lock-members.ts';
import { endMembership } from './end-membership.ts';

/**
 * Takes a member out of the workspace, or lets one leave. Their sessions there end and their personal connections
 * are deleted; API keys belong to the workspace and stay.
 */
export class RemoveMembership {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saveConnection: SaveConnection,
    private readonly now: Clock,
  ) {}

  /**
   * @returns the id of the membership that is over.
   * @throws AppError NOT_FOUND, REJECTED with `OWNER_MUST_TRANSFER`, FORBIDDEN for another's membership unless the
   * caller is an administrator.
   */
  execute(actor: WorkspaceActor, membershipId: string): Promise<string> {
    refuseTestKeys(actor, 'remove members');
    const { workspaceId } = actor;
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      await lockMembers(tx.em, workspaceId);
      const role = await currentRole(tx.em, actor);
      const membership = await lockMembership(tx.em, { id: membershipId, workspaceId });
      if (!membership) throw notFound('Membership');
      const { userId } = membership;
      if (userId !== actor.userId) {
        requireScope(actor, 'workspace:admin');
        requireAdministrator(role);
      }
      if (membership.role === 'OWNER') throw ownerMustTransfer('input.membershipId');
      const reason = SessionRevocationReason.MEMBERSHIP_REMOVED;
      await endMembership(tx, this.saveConnection, membership, reason, this.now());
      return membershipId;
    });
  }
}
