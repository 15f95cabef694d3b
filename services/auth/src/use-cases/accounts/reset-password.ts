import { AppError } from '@switchboard/errors';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import {
  EmailVerifiedSchema,
  PasswordChangedSchema,
  SessionRevocationReason,
} from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { SIGN_IN_PER_ACCOUNT } from '../../domain/attempt-limits.ts';
import { Challenge } from '../../domain/challenge.ts';
import type { Clock } from '../../domain/clock.ts';
import { requireGoodPassword } from '../../domain/password-rule.ts';
import { FactorChallenge } from '../../domain/second-factor.ts';
import { User } from '../../domain/user.ts';
import type { PasswordHashes } from '../../security/password-hashes.ts';
import { forgetAttempts } from '../guards/count-attempt.ts';
import { revokeSessionsOf } from '../sessions/revoke-sessions.ts';
import { forgetUnproven } from './forget-unproven.ts';
import { findChallenge, redeemChallenge } from './redeem-challenge.ts';

/** Follows the link that sets a new password; whoever was signed in with the old one is signed out. */
export class ResetPassword {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passwords: PasswordHashes,
    private readonly now: Clock,
  ) {}

  /** @throws AppError REJECTED with `LINK_INVALID` or a password rule. */
  async execute(token: string, password: Secret): Promise<User> {
    requireGoodPassword(password.reveal());
    // Asked before the costly part, so that forged links cost nothing.
    await this.unitOfWork.database.read(SYSTEM, (em) =>
      findChallenge(em, 'PASSWORD_RESET', token, this.now()),
    );
    const passwordHash = await this.passwords.hash(password);
    return this.unitOfWork.run(SYSTEM, (tx) => this.#reset(tx, token, passwordHash));
  }

  async #reset(tx: EventTx, token: string, passwordHash: string): Promise<User> {
    const { em, record } = tx;
    const now = this.now();
    const { userId, workspaceId } = await redeemChallenge(em, 'PASSWORD_RESET', token, now);
    const user = await em.findOne(User, { id: userId });
    if (!user) throw new AppError('INTERNAL', 'a password reset has no user');
    user.passwordHash = passwordHash;
    record(PasswordChangedSchema, { userId }, { workspaceId });
    if (!user.emailVerifiedAt) {
      // The link arrived there.
      user.emailVerifiedAt = now;
      record(EmailVerifiedSchema, { userId }, { workspaceId });
      await forgetUnproven(tx, userId, now);
    }
    await em.nativeUpdate(Challenge, { userId, kind: 'PASSWORD_RESET', usedAt: null }, { usedAt: now });
    // A sign-in that is half done was begun with the password before.
    await em.nativeUpdate(FactorChallenge, { userId, purpose: 'SIGN_IN', usedAt: null }, { usedAt: now });
    await forgetAttempts(em, SIGN_IN_PER_ACCOUNT, user.email);
    await revokeSessionsOf(tx, userId, SessionRevocationReason.PASSWORD_CHANGED, now);
    return user;
  }
}
