import type { Secret } from '@switchboard/observability';
import type { Database } from '@switchboard/storage';
import { SYSTEM } from '@switchboard/storage';
import { SIGN_IN_PER_ACCOUNT, SIGN_IN_PER_IP } from '../../domain/attempt-limits.ts';
import type { Clock } from '../../domain/clock.ts';
import { User } from '../../domain/user.ts';
import type { PasswordHashes } from '../../security/password-hashes.ts';
import { countAttempts, forgetAttempts, tooManyAttempts, uncountAttempt } from '../guards/count-attempt.ts';

/**
 * Compares a password with limits per account and per network address. Attempts are counted before the comparison,
 * so that guesses in parallel do not slip through, and a right one is taken back.
 */
export class CheckPassword {
  constructor(
    private readonly database: Database,
    private readonly passwords: PasswordHashes,
    private readonly now: Clock,
  ) {}

  /**
   * @param email in its normal form.
   * @returns the user, or `undefined` for a wrong password as for an unknown address.
   * @throws AppError RATE_LIMITED, the password not compared.
   */
  async execute(email: string, password: Secret, clientIp: string | undefined): Promise<User | undefined> {
    const attempts = [
      { limit: SIGN_IN_PER_ACCOUNT, subject: email },
      ...(clientIp ? [{ limit: SIGN_IN_PER_IP, subject: clientIp }] : []),
    ];
    const retryAfterMs = await this.database.transaction(SYSTEM, ({ em }) =>
      countAttempts(em, attempts, this.now()),
    );
    if (retryAfterMs !== undefined) throw tooManyAttempts(retryAfterMs);
    const user = await this.database.read(SYSTEM, (em) => em.findOne(User, { email }));
    if (!(await this.passwords.verify(user?.passwordHash ?? null, password)) || !user) return undefined;
    await this.database.transaction(SYSTEM, async ({ em }) => {
      await forgetAttempts(em, SIGN_IN_PER_ACCOUNT, email);
      if (clientIp) await uncountAttempt(em, SIGN_IN_PER_IP, clientIp);
    });
    return user;
  }
}
