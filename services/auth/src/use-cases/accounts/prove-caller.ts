import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { Secret } from '@switchboard/observability';
import { type Database, SYSTEM } from '@switchboard/storage';
import { refusal } from '../../domain/refusal.ts';
import { User } from '../../domain/user.ts';
import type { CheckFactor, TypedCode } from '../factors/check-factor.ts';
import { confirmedFactors } from '../factors/factor-vault.ts';
import type { CheckPassword } from './check-password.ts';

/** What a caller shows again before something that cannot be undone. */
export interface Proof {
  /** Null for an account without one. */
  readonly password: Secret | null;
  /** For an account that has a second factor. */
  readonly factor: TypedCode | null;
}

/** Asks a caller for the password and the second factor again: a session alone may be a screen left open. */
export class ProveCaller {
  constructor(
    private readonly database: Database,
    private readonly checkPassword: CheckPassword,
    private readonly checkFactor: CheckFactor,
  ) {}

  /**
   * @returns the caller.
   * @throws AppError FORBIDDEN without a user, REJECTED with `PASSWORD_REQUIRED`, `INVALID_CREDENTIALS`,
   * `SECOND_FACTOR_REQUIRED` or `CODE_INVALID`, RATE_LIMITED.
   */
  async execute(actor: WorkspaceActor, proof: Proof, clientIp: string | undefined): Promise<User> {
    const userId = requireUserId(actor);
    const user = await this.database.read(SYSTEM, (em) => em.findOneOrFail(User, { id: userId }));
    await this.#provePassword(user, proof.password, clientIp);
    await this.#proveFactor(actor, userId, proof.factor, clientIp);
    return user;
  }

  async #provePassword(user: User, password: Secret | null, clientIp: string | undefined): Promise<void> {
    if (user.passwordHash === null) return;
    if (!password) throw refusal('PASSWORD_REQUIRED', 'Give your password.', 'input.password');
    const proven = await this.checkPassword.execute(user.email, password, clientIp);
    if (!proven) throw refusal('INVALID_CREDENTIALS', 'The password is not right.', 'input.password');
  }

  /** Whoever needs more than a password to sign in needs more than a password for this. */
  async #proveFactor(
    { workspaceId }: WorkspaceActor,
    userId: string,
    factor: TypedCode | null,
    clientIp: string | undefined,
  ): Promise<void> {
    const factors = await this.database.read(SYSTEM, (em) => confirmedFactors(em, userId));
    if (factors.length === 0) return;
    if (!factor) throw refusal('SECOND_FACTOR_REQUIRED', 'Give a code as well.', 'input.code');
    await this.checkFactor.execute({ userId, workspaceId }, factor, clientIp);
  }
}
