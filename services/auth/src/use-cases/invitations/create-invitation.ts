import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { LockMode } from '@mikro-orm/core';
import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { UnitOfWork } from '@switchboard/messaging';
import { InvitationCreatedSchema, Role as RoleMessage } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { after, type Clock } from '../../domain/clock.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { INVITATION_LIFETIME_MS, Invitation } from '../../domain/invitation.ts';
import type { LinkTokens } from '../../domain/link-token.ts';
import { Membership } from '../../domain/membership.ts';
import { ownerMustTransfer } from '../../domain/owner-rule.ts';
import { refusal } from '../../domain/refusal.ts';
import { mayGrant, type Role } from '../../domain/role.ts';
import { User } from '../../domain/user.ts';
import { refuseTestKeys } from '../guards/refuse-test-keys.ts';
import { revokeInvitation } from './revoke-invitation.ts';

export interface CreateInvitationInput {
  readonly email: string;
  readonly firstName: string | null;
  readonly role: Role;
  /** False when whoever invites hands the link over. */
  readonly sendMail: boolean;
}

/** Invites an address into the workspace. A newer invitation to the same address replaces the one before. */
export class CreateInvitation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly linkTokens: LinkTokens,
    private readonly now: Clock,
  ) {}

  /** @throws AppError REJECTED with `ALREADY_MEMBER` or `OWNER_MUST_TRANSFER`, FORBIDDEN for a role above the caller's or a test key. */
  async execute(actor: WorkspaceActor, input: CreateInvitationInput): Promise<Invitation> {
    refuseTestKeys(actor, 'invite people');
    if (!mayGrant(actor.role, input.role)) {
      throw new AppError('FORBIDDEN', `${actor.role} invited as ${input.role}`, {
        publicMessage: 'You cannot give a role above your own.',
      });
    }
    if (input.role === 'OWNER') throw ownerMustTransfer('input.role');
    const email = normaliseEmail(input.email);
    if (await this.#isMember(actor.workspaceId, email)) {
      throw refusal('ALREADY_MEMBER', 'This person is already a member.', 'input.email');
    }
    return this.unitOfWork.run(actor, async (tx) => {
      const { em, record } = tx;
      const now = this.now();
      const pending = { email, acceptedAt: null, revokedAt: null };
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
      for (const replaced of await em.find(Invitation, pending, lock)) revokeInvitation(tx, replaced, now);
      // Written before the new one: an address has one pending invitation.
      await em.flush();
      const id = newId('inv');
      const expiresAt = after(now, INVITATION_LIFETIME_MS);
      const invitation = em.create(Invitation, {
        id,
        workspaceId: actor.workspaceId,
        email,
        firstName: input.firstName,
        role: input.role,
        invitedByUserId: actor.userId ?? null,
        tokenHash: this.linkTokens.hashFor(id),
        tokenGeneration: 1,
        linkShownAt: null,
        createdAt: now,
        expiresAt,
        acceptedAt: null,
        revokedAt: null,
      });
      record(InvitationCreatedSchema, {
        invitationId: id,
        role: RoleMessage[input.role],
        invitedByUserId: actor.userId ?? '',
        expiresAt: timestampFromDate(expiresAt),
        handedOver: !input.sendMail,
      });
      return invitation;
    });
  }

  /** Users belong to no workspace, so only the service itself may look them up by address. */
  #isMember(workspaceId: string, email: string): Promise<boolean> {
    return this.unitOfWork.database.read(SYSTEM, async (em) => {
      const user = await em.findOne(User, { email });
      return user !== null && (await em.count(Membership, { workspaceId, userId: user.id })) > 0;
    });
  }
}
