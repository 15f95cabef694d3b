import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import { AppError } from '@switchboard/errors';
import type { Actor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import {
  EmailVerifiedSchema,
  InvitationAcceptedSchema,
  MembershipCreatedSchema,
  Role as RoleMessage,
  UserSignedUpSchema,
} from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { Invitation, invitationStatus } from '../../domain/invitation.ts';
import { challengeIdOf, isToken, type LinkTokens } from '../../domain/link-token.ts';
import { Membership } from '../../domain/membership.ts';
import { requireName } from '../../domain/name-rule.ts';
import { requireGoodPassword } from '../../domain/password-rule.ts';
import { refusal } from '../../domain/refusal.ts';
import { Session } from '../../domain/session.ts';
import { User } from '../../domain/user.ts';
import { Workspace, workspaceSuspended } from '../../domain/workspace.ts';
import type { PasswordHashes } from '../../security/password-hashes.ts';
import type { CheckPassword } from '../accounts/check-password.ts';
import { linkInvalid } from '../accounts/redeem-challenge.ts';
import { requestChallenge } from '../accounts/request-challenge.ts';
import type { SignedIn } from '../accounts/sign-up.ts';
import { type GrantSession, openSession } from '../sessions/grant-session.ts';
import { confirmedFactors } from '../vault/factor-vault.ts';

export interface AcceptInvitationInput {
  readonly token: string;
  /** For a new account. */
  readonly name: string | null;
  /** Of the new account, or of the existing one when nobody is signed in. */
  readonly password: Secret | null;
}

type Em = EventTx['em'];
/** How the invited person is known: an account of theirs, or the password of the one to make. */
type Invitee = { readonly userId: string } | { readonly passwordHash: string; readonly name: string };

/**
 * Joins a workspace by an invitation. Whoever accepts, the account is that of the invited address: a new one is
 * made for it, an existing one proves itself by its session or its password.
 */
export class AcceptInvitation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly linkTokens: LinkTokens,
    private readonly passwords: PasswordHashes,
    private readonly checkPassword: CheckPassword,
    private readonly grantSession: GrantSession,
    private readonly now: Clock,
  ) {}

  /**
   * @throws AppError REJECTED with `LINK_INVALID`, `WORKSPACE_SUSPENDED`, `INVITATION_FOR_ANOTHER_ADDRESS`, `INVALID_CREDENTIALS`,
   * `NAME_REQUIRED`, `PASSWORD_REQUIRED`, `SECOND_FACTOR_REQUIRED` or a password rule; RATE_LIMITED.
   */
  async execute(actor: Actor, input: AcceptInvitationInput, clientIp: string | undefined): Promise<SignedIn> {
    const { email, account } = await this.unitOfWork.database.read(SYSTEM, async (em) => {
      const invitation = await findPending(em, input.token, this.now());
      return { email: invitation.email, account: await em.findOne(User, { email: invitation.email }) };
    });
    const invitee = account
      ? { userId: await this.#prove(actor, account, input, clientIp) }
      : await this.#newcomer(actor, input);
    const joined = await this.unitOfWork
      .run(SYSTEM, (tx) => this.#join(tx, actor, input.token, email, invitee))
      .catch((thrown) => {
        // The address got an account, or the account became a member, in between.
        throw thrown instanceof UniqueConstraintViolationException ? linkInvalid() : thrown;
      });
    const session = await this.grantSession.execute(joined.session, joined.membership.role);
    return { user: joined.user, workspace: joined.workspace, session };
  }

  /** @returns the id of the account, once the caller has shown that it is theirs. */
  async #prove(
    actor: Actor,
    account: User,
    { password }: AcceptInvitationInput,
    clientIp: string | undefined,
  ): Promise<string> {
    if (actor.kind === 'user') {
      if (actor.userId !== account.id) throw forAnotherAddress();
      return account.id;
    }
    if (!password) throw refusal('PASSWORD_REQUIRED', 'Sign in, or give your password.', 'input.password');
    const proven = await this.checkPassword.execute(account.email, password, clientIp);
    if (!proven) throw refusal('INVALID_CREDENTIALS', 'The password is not right.', 'input.password');
    const { database } = this.unitOfWork;
    const factors = await database.read(SYSTEM, (em) => confirmedFactors(em, proven.id));
    // A password alone does not get in where more is asked for.
    if (factors.length > 0) throw refusal('SECOND_FACTOR_REQUIRED', 'Sign in first, then accept.');
    return proven.id;
  }

  async #newcomer(actor: Actor, { name, password }: AcceptInvitationInput): Promise<Invitee> {
    if (actor.kind !== 'anonymous') throw forAnotherAddress();
    requireName(name ?? '', 'input.name');
    if (!password) throw refusal('PASSWORD_REQUIRED', 'Choose a password.', 'input.password');
    requireGoodPassword(password.reveal());
    return { name: name ?? '', passwordHash: await this.passwords.hash(password) };
  }

  async #join(
    tx: EventTx,
    actor: Actor,
    token: string,
    email: string,
    invitee: Invitee,
  ): Promise<{ user: User; workspace: Workspace; membership: Membership; session: Session }> {
    const { em, record } = tx;
    const now = this.now();
    const invitation = await findPending(em, token, now, { lockMode: LockMode.PESSIMISTIC_WRITE });
    invitation.acceptedAt = now;
    const { workspaceId, role } = invitation;
    const options = { workspaceId };
    const workspace = await em.findOne(Workspace, { id: workspaceId });
    const user =
      'userId' in invitee ? await em.findOne(User, { id: invitee.userId }) : newUser(em, email, invitee, now);
    if (!workspace || !user) throw new AppError('INTERNAL', `invitation ${invitation.id} has lost its ends`);
    if (workspace.suspendedAt) throw workspaceSuspended();
    const userId = user.id;
    if (!('userId' in invitee)) {
      await em.flush();
      record(UserSignedUpSchema, { userId, workspaceId }, options);
    }
    if (!user.emailVerifiedAt && invitation.linkShownAt === null) {
      // The invitation's link arrived at the address, and nowhere else.
      user.emailVerifiedAt = now;
      record(EmailVerifiedSchema, { userId }, options);
    } else if (!('userId' in invitee)) {
      requestChallenge(tx, this.linkTokens, 'EMAIL_VERIFICATION', { userId, workspaceId }, now);
    }
    const membership = em.create(Membership, { id: newId('mbr'), workspaceId, userId, role, createdAt: now });
    record(
      MembershipCreatedSchema,
      { membershipId: membership.id, userId, role: RoleMessage[role] },
      options,
    );
    record(InvitationAcceptedSchema, { invitationId: invitation.id, userId }, options);
    const inHand =
      actor.kind === 'user' ? await em.findOne(Session, { id: actor.sessionId ?? '', userId }) : null;
    const provenAt = inHand ? (inHand.provenAt ?? inHand.createdAt) : now;
    return { user, workspace, membership, session: openSession(tx, userId, workspaceId, now, provenAt) };
  }
}

function newUser(
  em: Em,
  email: string,
  { name, passwordHash }: Extract<Invitee, { name: string }>,
  now: Date,
): User {
  return em.create(User, {
    id: newId('usr'),
    email,
    name,
    passwordHash,
    emailVerifiedAt: null,
    referralCode: null,
    createdAt: now,
  });
}

async function findPending(
  em: Em,
  token: string,
  now: Date,
  options: { readonly lockMode?: LockMode } = {},
): Promise<Invitation> {
  const id = challengeIdOf('inv', token);
  const invitation = id === undefined ? null : await em.findOne(Invitation, { id }, options);
  const isUsable =
    invitation && isToken(token, invitation.tokenHash) && invitationStatus(invitation, now) === 'PENDING';
  if (!isUsable) throw linkInvalid();
  return invitation;
}

function forAnotherAddress(): AppError {
  return refusal('INVITATION_FOR_ANOTHER_ADDRESS', 'This invitation is for another address. Sign out first.');
}
