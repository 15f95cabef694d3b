import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { Secret } from '@switchboard/observability';
import { type Database, SYSTEM } from '@switchboard/storage';
import { after, type Clock, MINUTE_MS } from '../../domain/clock.ts';
import { refusal } from '../../domain/refusal.ts';
import { Session } from '../../domain/session.ts';
import { User } from '../../domain/user.ts';
import type { CheckFactor, TypedCode } from '../factors/check-factor.ts';
import { confirmedFactors } from '../vault/factor-vault.ts';
import type { CheckPassword } from './check-password.ts';

/** Whoever showed who they are within this time need not show it again. */
const FRESH_MS = 10 * MINUTE_MS;

/** What a signed-in user shows once more. */
export interface Proof {
  /** Null for an account without one. */
  readonly password: Secret | null;
  /** For an account that has a second factor. */
  readonly factor: TypedCode | null;
  /** The input field of its code; `input.code` when absent. */
  readonly codePath?: string;
}

/**
 * Has a signed-in user show once more who they are, before what a session in the wrong hands must not do. Whoever needs
 * more than a password to sign in needs more than a password for this.
 */
export class ProveAgain {
  constructor(
    private readonly database: Database,
    private readonly checkPassword: CheckPassword,
    private readonly checkFactor: CheckFactor,
    private readonly now: Clock,
  ) {}

  /**
   * @throws AppError REJECTED with `PASSWORD_REQUIRED`, `INVALID_CREDENTIALS`, `SECOND_FACTOR_REQUIRED` or
   * `CODE_INVALID`, RATE_LIMITED, FORBIDDEN without a user.
   */
  async execute(actor: WorkspaceActor, proof: Proof, clientIp: string | undefined): Promise<void> {
    const userId = requireUserId(actor);
    const { user, factors } = await this.database.read(SYSTEM, async (em) => ({
      user: await em.findOneOrFail(User, { id: userId }),
      factors: await confirmedFactors(em, userId),
    }));
    if (user.passwordHash !== null) await this.#provePassword(user, proof, clientIp);
    if (factors.length === 0) return;
    const { factor, codePath: path = 'input.code' } = proof;
    if (!factor) throw refusal('SECOND_FACTOR_REQUIRED', 'Give a code as well.', path);
    const owner = { userId, workspaceId: actor.workspaceId };
    await this.checkFactor.execute(owner, { ...factor, path }, clientIp);
  }

  /** The same, unless the user has just shown it on the way to the session in hand. @throws AppError as `execute`. */
  async unlessFresh(actor: WorkspaceActor, proof: Proof, clientIp: string | undefined): Promise<void> {
    const where = { id: actor.sessionId ?? '', userId: requireUserId(actor) };
    const session = await this.database.read(SYSTEM, (em) => em.findOne(Session, where));
    const provenAt = session?.provenAt ?? session?.createdAt;
    if (provenAt && after(provenAt, FRESH_MS) > this.now()) return;
    await this.execute(actor, proof, clientIp);
  }

  async #provePassword(user: User, { password }: Proof, clientIp: string | undefined): Promise<void> {
    if (!password) throw refusal('PASSWORD_REQUIRED', 'Give your password.', 'input.password');
    const proven = await this.checkPassword.execute(user.email, password, clientIp);
    if (!proven) throw refusal('INVALID_CREDENTIALS', 'The password is not right.', 'input.password');
  }
}
