import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { newId } from '@switchboard/ids';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import {
  MembershipCreatedSchema,
  Role as RoleMessage,
  UserSignedUpSchema,
  WorkspaceCreatedSchema,
} from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { SIGN_UP_PER_IP } from '../domain/attempt-limits.ts';
import type { Clock } from '../domain/clock.ts';
import { normaliseEmail } from '../domain/email.ts';
import type { LinkTokens } from '../domain/link-token.ts';
import { Membership } from '../domain/membership.ts';
import { requireName } from '../domain/name-rule.ts';
import { requireGoodPassword } from '../domain/password-rule.ts';
import { refusal } from '../domain/refusal.ts';
import type { Session } from '../domain/session.ts';
import { User } from '../domain/user.ts';
import { Workspace } from '../domain/workspace.ts';
import type { PasswordHashes } from '../security/password-hashes.ts';
import { countAttempt, tooManyAttempts } from './count-attempt.ts';
import { type GrantSession, openSession, type SessionGrant } from './grant-session.ts';
import { requestChallenge } from './request-challenge.ts';

export interface SignUpInput {
  readonly email: string;
  readonly password: Secret;
  readonly name: string;
  readonly workspaceName: string;
  readonly referralCode: string | null;
}

/** Somebody who was let in. */
export interface SignedIn {
  readonly user: User;
  readonly workspace: Workspace;
  readonly session: SessionGrant;
}

/** Makes an account with a workspace of its own and signs its owner in. */
export class SignUp {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passwords: PasswordHashes,
    private readonly linkTokens: LinkTokens,
    private readonly grantSession: GrantSession,
    private readonly now: Clock,
  ) {}

  /**
   * @throws AppError REJECTED with `EMAIL_TAKEN` (the one thing a sign-up must say about others) or a password
   * rule, RATE_LIMITED.
   */
  async execute(input: SignUpInput, clientIp: string | undefined): Promise<SignedIn> {
    requireName(input.name, 'input.name');
    requireName(input.workspaceName, 'input.workspaceName');
    requireGoodPassword(input.password.reveal());
    const email = normaliseEmail(input.email);
    if (await this.#isTaken(email, clientIp)) throw emailTaken();
    const passwordHash = await this.passwords.hash(input.password);
    const made = await this.unitOfWork
      .run(SYSTEM, (tx) => this.#create(tx, { ...input, email, passwordHash }))
      .catch((thrown) => {
        // Two sign-ups at the same moment: the database lets one through.
        throw thrown instanceof UniqueConstraintViolationException ? emailTaken() : thrown;
      });
    const session = await this.grantSession.execute(made.session, 'OWNER');
    return { user: made.user, workspace: made.workspace, session };
  }

  async #isTaken(email: string, clientIp: string | undefined): Promise<boolean> {
    const { taken, retryAfterMs } = await this.unitOfWork.database.transaction(SYSTEM, async ({ em }) => ({
      retryAfterMs: clientIp ? await countAttempt(em, SIGN_UP_PER_IP, clientIp, this.now()) : undefined,
      taken: (await em.count(User, { email })) > 0,
    }));
    if (retryAfterMs !== undefined) throw tooManyAttempts(retryAfterMs);
    return taken;
  }

  async #create(
    tx: EventTx,
    input: Omit<SignUpInput, 'password'> & { readonly passwordHash: string },
  ): Promise<{ user: User; workspace: Workspace; session: Session }> {
    const { em, record } = tx;
    const createdAt = this.now();
    const user = em.create(User, {
      id: newId('usr'),
      email: input.email,
      name: input.name,
      passwordHash: input.passwordHash,
      emailVerifiedAt: null,
      referralCode: input.referralCode,
      createdAt,
    });
    const workspace = em.create(Workspace, {
      id: newId('wsp'),
      name: input.workspaceName,
      createdAt,
      suspendedAt: null,
      suspendedReason: null,
    });
    // The rows below refer to these.
    await em.flush();
    const [userId, workspaceId] = [user.id, workspace.id];
    const options = { workspaceId };
    record(WorkspaceCreatedSchema, { workspaceId, ownerUserId: userId }, options);
    record(UserSignedUpSchema, { userId, workspaceId }, options);
    const membership = em.create(Membership, {
      id: newId('mbr'),
      workspaceId,
      userId,
      role: 'OWNER',
      createdAt,
    });
    record(
      MembershipCreatedSchema,
      { membershipId: membership.id, userId, role: RoleMessage.OWNER },
      options,
    );
    requestChallenge(tx, this.linkTokens, 'EMAIL_VERIFICATION', { userId, workspaceId }, createdAt);
    return { user, workspace, session: openSession(tx, userId, workspaceId, createdAt) };
  }
}

function emailTaken(): ReturnType<typeof refusal> {
  return refusal('EMAIL_TAKEN', 'This address already has an account. Sign in instead.', 'input.email');
}
