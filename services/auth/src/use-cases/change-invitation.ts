import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { LockMode } from '@mikro-orm/core';
import { AppError, notFound } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { Secret } from '@switchboard/observability';
import {
  InvitationLinkShownSchema,
  InvitationResentSchema,
  InvitationRevokedSchema,
} from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { INVITATION_RESENDS } from '../domain/attempt-limits.ts';
import { after, type Clock } from '../domain/clock.ts';
import { INVITATION_LIFETIME_MS, Invitation, invitationStatus } from '../domain/invitation.ts';
import type { LinkTokens } from '../domain/link-token.ts';
import { refusal } from '../domain/refusal.ts';
import { mayGrant } from '../domain/role.ts';
import { countAttempt, tooManyAttempts } from './count-attempt.ts';

/** What administrators do with an invitation that nobody accepted yet. */
export class ChangeInvitation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly linkTokens: LinkTokens,
    /** Base of the link, without a slash at the end. */
    private readonly frontendUrl: string,
    private readonly now: Clock,
  ) {}

  /**
   * Sends it again, for another seven days and with another link; an expired one too. The link before stops working.
   * @throws AppError NOT_FOUND, REJECTED (`INVITATION_OVER`), RATE_LIMITED, FORBIDDEN.
   */
  async resend(actor: WorkspaceActor, invitationId: string): Promise<Invitation> {
    requireLive(actor);
    const waitMs = await this.unitOfWork.database.transaction(SYSTEM, ({ em }) =>
      countAttempt(em, INVITATION_RESENDS, `${actor.workspaceId}/${invitationId}`, this.now()),
    );
    if (waitMs !== undefined) throw tooManyAttempts(waitMs);
    return this.unitOfWork.run(actor, async (tx) => {
      const now = this.now();
      const invitation = await this.#open(tx, actor, invitationId);
      invitation.generation += 1;
      invitation.tokenHash = this.linkTokens.hashFor(invitationId, invitation.generation);
      invitation.expiresAt = after(now, INVITATION_LIFETIME_MS);
      const expiresAt = timestampFromDate(invitation.expiresAt);
      tx.record(InvitationResentSchema, { invitationId, expiresAt });
      return invitation;
    });
  }

  /** Takes it back: its link stops working. @throws AppError NOT_FOUND, REJECTED (`INVITATION_OVER`). */
  revoke(actor: WorkspaceActor, invitationId: string): Promise<Invitation> {
    return this.unitOfWork.run(actor, async (tx) => {
      const invitation = await this.#open(tx, actor, invitationId);
      invitation.revokedAt = this.now();
      tx.record(InvitationRevokedSchema, { invitationId });
      return invitation;
    });
  }

  /**
   * The link, to be handed over by other means than mail. Who looked is on record.
   * @throws AppError NOT_FOUND, REJECTED (`INVITATION_OVER`), FORBIDDEN for a role above the caller's.
   */
  link(actor: WorkspaceActor, invitationId: string): Promise<Secret> {
    requireLive(actor);
    return this.unitOfWork.run(actor, async (tx) => {
      const invitation = await this.#open(tx, actor, invitationId);
      if (invitationStatus(invitation, this.now()) !== 'PENDING') throw isOver();
      // Whoever has the link can accept it in the name of the invited person.
      if (!mayGrant(actor.role, invitation.role)) {
        throw new AppError('FORBIDDEN', `${actor.role} wanted the link of ${invitation.role}`, {
          publicMessage: 'You cannot see the link of a role above your own.',
        });
      }
      const token = this.linkTokens.tokenFor(invitationId, invitation.tokenHash, invitation.generation);
      if (token === undefined) throw isOver();
      tx.record(InvitationLinkShownSchema, { invitationId });
      return new Secret(`${this.frontendUrl}/accept-invitation/${token}`);
    });
  }

  async #open({ em }: EventTx, actor: WorkspaceActor, id: string): Promise<Invitation> {
    const where = { id, workspaceId: actor.workspaceId };
    const invitation = await em.findOne(Invitation, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!invitation) throw notFound('Invitation');
    const status = invitationStatus(invitation, this.now());
    if (status === 'ACCEPTED' || status === 'REVOKED') throw isOver();
    return invitation;
  }
}

function isOver(): AppError {
  return refusal('INVITATION_OVER', 'This invitation was accepted, taken back or has expired.');
}

function requireLive(actor: WorkspaceActor): void {
  if (actor.mode === 'live') return;
  throw new AppError('FORBIDDEN', 'a test key invited', { publicMessage: 'Test keys cannot invite people.' });
}
