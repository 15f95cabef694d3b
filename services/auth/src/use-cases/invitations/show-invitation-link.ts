import type { WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { Secret } from '@switchboard/observability';
import { InvitationLinkShownSchema } from '@switchboard/proto-schemas';
import type { Clock } from '../../domain/clock.ts';
import { invitationStatus, invitationUrl } from '../../domain/invitation.ts';
import type { LinkTokens } from '../../domain/link-token.ts';
import { refuseAgents } from '../guards/refuse-agents.ts';
import { refuseTestKeys } from '../guards/refuse-test-keys.ts';
import { invitationEnded, lockInvitation } from './lock-invitation.ts';

/**
 * Gives an administrator the link of an invitation, to hand over without mail. Such a link no longer proves that
 * whoever follows it reads the address's mail.
 */
export class ShowInvitationLink {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly linkTokens: LinkTokens,
    /** Base of the links, without a slash at the end. */
    private readonly frontendUrl: string,
    private readonly now: Clock,
  ) {}

  /**
   * @throws AppError NOT_FOUND, REJECTED with `INVITATION_ENDED` unless it is pending and its key still there,
   * FORBIDDEN for a test key and for an agent.
   */
  execute(actor: WorkspaceActor, invitationId: string): Promise<Secret> {
    refuseTestKeys(actor, 'see the links of invitations');
    refuseAgents(actor, 'Agents cannot see the links of invitations.');
    return this.unitOfWork.run(actor, async ({ em, record }) => {
      const now = this.now();
      const invitation = await lockInvitation(em, actor, invitationId);
      const { tokenHash, tokenGeneration } = invitation;
      const token = this.linkTokens.tokenFor(invitationId, tokenHash, tokenGeneration);
      if (token === undefined || invitationStatus(invitation, now) !== 'PENDING') throw invitationEnded();
      invitation.linkShownAt ??= now;
      record(InvitationLinkShownSchema, { invitationId });
      return new Secret(invitationUrl(this.frontendUrl, token));
    });
  }
}
