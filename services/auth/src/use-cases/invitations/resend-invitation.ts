import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { InvitationResentSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { RESEND_PER_INVITATION } from '../../domain/attempt-limits.ts';
import { after, type Clock } from '../../domain/clock.ts';
import { INVITATION_LIFETIME_MS, type Invitation, invitationStatus } from '../../domain/invitation.ts';
import type { LinkTokens } from '../../domain/link-token.ts';
import { countAttempt, tooManyAttempts } from '../guards/count-attempt.ts';
import { refuseTestKeys } from '../guards/refuse-test-keys.ts';
import { invitationEnded, lockInvitation } from './lock-invitation.ts';

/** Sends an invitation again, for another 7 days and with another link: the one before stops working. */
export class ResendInvitation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly linkTokens: LinkTokens,
    private readonly now: Clock,
  ) {}

  /**
   * An expired invitation is good again.
   * @throws AppError NOT_FOUND, REJECTED with `INVITATION_ENDED` once it is accepted or revoked, RATE_LIMITED,
   * FORBIDDEN for a test key.
   */
  async execute(actor: WorkspaceActor, invitationId: string): Promise<Invitation> {
    refuseTestKeys(actor, 'invite people');
    const result = await this.unitOfWork.run(SYSTEM, async ({ em, record }) => {
      const now = this.now();
      const invitation = await lockInvitation(em, actor, invitationId);
      const status = invitationStatus(invitation, now);
      if (status === 'ACCEPTED' || status === 'REVOKED') throw invitationEnded();
      const retryAfterMs = await countAttempt(em, RESEND_PER_INVITATION, invitationId, now);
      // The count has to be kept, so the refusal waits for the commit.
      if (retryAfterMs !== undefined) return { retryAfterMs };
      invitation.tokenGeneration += 1;
      invitation.tokenHash = this.linkTokens.hashFor(invitationId, invitation.tokenGeneration);
      // Nobody but the address gets to see the new one.
      invitation.linkShownAt = null;
      invitation.expiresAt = after(now, INVITATION_LIFETIME_MS);
      const expiresAt = timestampFromDate(invitation.expiresAt);
      record(InvitationResentSchema, { invitationId, expiresAt }, { workspaceId: actor.workspaceId });
      return { invitation };
    });
    if ('retryAfterMs' in result) throw tooManyAttempts(result.retryAfterMs);
    return result.invitation;
  }
}
