import type { WorkspaceActor } from '@switchboard/identity';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { InvitationRevokedSchema } from '@switchboard/proto-schemas';
import type { Clock } from '../../domain/clock.ts';
import type { Invitation } from '../../domain/invitation.ts';
import { refuseTestKeys } from '../guards/refuse-test-keys.ts';
import { invitationEnded, lockInvitation } from './lock-invitation.ts';

/** Takes an invitation back: its link stops working. */
export class RevokeInvitation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /**
   * Doing it again changes nothing.
   * @throws AppError NOT_FOUND, REJECTED with `INVITATION_ENDED` once it is accepted, FORBIDDEN for a test key.
   */
  execute(actor: WorkspaceActor, invitationId: string): Promise<Invitation> {
    refuseTestKeys(actor, 'take invitations back');
    return this.unitOfWork.run(actor, async (tx) => {
      const invitation = await lockInvitation(tx.em, actor, invitationId);
      if (invitation.acceptedAt) throw invitationEnded();
      if (!invitation.revokedAt) revokeInvitation(tx, invitation, this.now());
      return invitation;
    });
  }
}

/** Ends an invitation in the caller's transaction. */
export function revokeInvitation({ record }: EventTx, invitation: Invitation, now: Date): void {
  const { id: invitationId, workspaceId } = invitation;
  invitation.revokedAt = now;
  record(InvitationRevokedSchema, { invitationId }, { workspaceId });
}
