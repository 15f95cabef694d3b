import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import { SYSTEM } from '@switchboard/storage';
import { SIGN_UP_PER_IP } from '../../domain/attempt-limits.ts';
import type { Clock } from '../../domain/clock.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { LinkTokens } from '../../domain/link-token.ts';
import { requireName } from '../../domain/name-rule.ts';
import { requireGoodPassword } from '../../domain/password-rule.ts';
import { User } from '../../domain/user.ts';
import type { Workspace } from '../../domain/workspace.ts';
import type { PasswordHashes } from '../../security/password-hashes.ts';
import { countAttempt, tooManyAttempts } from '../guards/count-attempt.ts';
import type { GrantSession, SessionGrant } from '../sessions/grant-session.ts';
import { emailTaken, openAccount } from './open-account.ts';

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
    const newcomer = { ...input, email, passwordHash, isEmailVerified: false };
    const made = await this.unitOfWork
      .run(SYSTEM, (tx) => openAccount(tx, this.linkTokens, newcomer, this.now()))
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
}
