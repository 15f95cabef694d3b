import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { EmailVerifiedSchema, IdentityLinkedSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { SIGN_UP_PER_IP } from '../../domain/attempt-limits.ts';
import type { Clock } from '../../domain/clock.ts';
import { Identity, type VouchedPerson } from '../../domain/identity.ts';
import type { LinkTokens } from '../../domain/link-token.ts';
import { requireName } from '../../domain/name-rule.ts';
import { refusal } from '../../domain/refusal.ts';
import { User } from '../../domain/user.ts';
import { forgetUnproven } from '../accounts/forget-unproven.ts';
import { emailTaken, openAccount } from '../accounts/open-account.ts';
import { firstWorkspaceOf } from '../accounts/open-own-workspace.ts';
import type { SignedIn } from '../accounts/sign-up.ts';
import { countAttempt, tooManyAttempts } from '../guards/count-attempt.ts';
import type { GrantSession } from '../sessions/grant-session.ts';
import type { Admission, LetIn } from './let-in.ts';

/** What a sign-up needs that no provider knows. */
export interface VouchedSignUp {
  /** Null for the name the provider knows. */
  readonly name: string | null;
  readonly workspaceName: string;
  readonly referralCode: string | null;
}

/** Lets people in whom a provider vouches for, makes accounts for them, and ties them to accounts there are. */
export class AdmitVouched {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly letIn: LetIn,
    private readonly grantSession: GrantSession,
    private readonly linkTokens: LinkTokens,
    private readonly now: Clock,
  ) {}

  /**
   * An account is found by the provider's name for the person, or by an address the provider knows to be theirs.
   * @throws AppError REJECTED with `SIGN_UP_FIRST`, `SIGN_IN_AND_LINK` or `NOT_A_MEMBER`.
   */
  async signIn(person: VouchedPerson, workspaceId: string | null): Promise<Admission> {
    const opened = await this.unitOfWork.run(SYSTEM, async (tx) => {
      const user = await this.#find(tx, person);
      return this.letIn.admit(tx, user, workspaceId);
    });
    return this.letIn.grant(opened);
  }

  /** @throws AppError REJECTED with `EMAIL_TAKEN`, RATE_LIMITED. */
  async signUp(person: VouchedPerson, input: VouchedSignUp, clientIp: string | undefined): Promise<SignedIn> {
    const name = input.name ?? person.name;
    requireName(name, 'input.name');
    requireName(input.workspaceName, 'input.workspaceName');
    const now = this.now();
    const { email, isEmailVerified } = person;
    const { isTaken, waitMs } = await this.unitOfWork.database.transaction(SYSTEM, async ({ em }) => ({
      waitMs: clientIp ? await countAttempt(em, SIGN_UP_PER_IP, clientIp, now) : undefined,
      isTaken: (await em.count(User, { email })) > 0 || (await identityOf(em, person)) !== null,
    }));
    if (waitMs !== undefined) throw tooManyAttempts(waitMs);
    if (isTaken) throw emailTaken();
    const made = await this.unitOfWork
      .run(SYSTEM, async (tx) => {
        const newcomer = { ...input, name, email, isEmailVerified, passwordHash: null };
        const opened = await openAccount(tx, this.linkTokens, newcomer, now);
        this.#tie(tx, opened.user, person, opened.workspace.id);
        return opened;
      })
      .catch((thrown) => {
        // Two sign-ups at the same moment: the database lets one through.
        throw thrown instanceof UniqueConstraintViolationException ? emailTaken() : thrown;
      });
    const session = await this.grantSession.execute(made.session, 'OWNER');
    return { user: made.user, workspace: made.workspace, session };
  }

  /**
   * Ties the account elsewhere to the caller's own.
   * @throws AppError REJECTED with `IDENTITY_TAKEN` when it is somebody's already.
   */
  async link(actor: WorkspaceActor, person: VouchedPerson): Promise<User> {
    const userId = requireUserId(actor);
    return this.unitOfWork
      .run(SYSTEM, async (tx) => {
        const user = await tx.em.findOneOrFail(User, { id: userId });
        const known = await identityOf(tx.em, person);
        if (known && known.userId !== userId) throw identityTaken();
        if (!known) this.#tie(tx, user, person, actor.workspaceId);
        return user;
      })
      .catch((thrown) => {
        throw thrown instanceof UniqueConstraintViolationException ? identityTaken() : thrown;
      });
  }

  async #find(tx: EventTx, person: VouchedPerson): Promise<User> {
    const known = await identityOf(tx.em, person);
    if (known) return tx.em.findOneOrFail(User, { id: known.userId });
    const user = await tx.em.findOne(User, { email: person.email });
    if (!user) {
      throw refusal('SIGN_UP_FIRST', 'There is no account for this address yet. Sign up first.');
    }
    if (!person.isEmailVerified) {
      throw refusal(
        'SIGN_IN_AND_LINK',
        'Sign in with your password, and then connect this way of signing in.',
      );
    }
    const workspaceId = await firstWorkspaceOf(tx, user, this.now());
    if (!user.emailVerifiedAt) await this.#takeOver(tx, user, workspaceId);
    this.#tie(tx, user, person, workspaceId);
    return user;
  }

  /**
   * Nobody ever showed that this account's address is theirs, so whoever made it may have waited for its owner to come.
   * The owner is here now: what the other one knows opens nothing any more.
   */
  async #takeOver(tx: EventTx, user: User, workspaceId: string): Promise<void> {
    const now = this.now();
    user.passwordHash = null;
    user.emailVerifiedAt = now;
    tx.record(EmailVerifiedSchema, { userId: user.id }, { workspaceId });
    await forgetUnproven(tx, user.id, now);
  }

  #tie({ em, record }: EventTx, user: User, person: VouchedPerson, workspaceId: string): void {
    const { provider, subject } = person;
    em.create(Identity, { id: newId('eid'), userId: user.id, provider, subject, createdAt: this.now() });
    record(IdentityLinkedSchema, { userId: user.id, provider: provider.toLowerCase() }, { workspaceId });
  }
}

function identityOf(em: EventTx['em'], { provider, subject }: VouchedPerson): Promise<Identity | null> {
  return em.findOne(Identity, { provider, subject });
}

function identityTaken(): ReturnType<typeof refusal> {
  return refusal(
    'IDENTITY_TAKEN',
    'This account belongs to another user, or you have one of this kind already.',
  );
}
