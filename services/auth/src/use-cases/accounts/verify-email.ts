import { AppError } from '@switchboard/errors';
import type { UnitOfWork } from '@switchboard/messaging';
import { EmailVerifiedSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { VERIFICATION_PER_USER } from '../../domain/attempt-limits.ts';
import type { Clock } from '../../domain/clock.ts';
import { User } from '../../domain/user.ts';
import { forgetAttempts } from '../guards/count-attempt.ts';
import { redeemChallenge } from './redeem-challenge.ts';

/** Follows the link that proves an address is the user's. */
export class VerifyEmail {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /** @throws AppError REJECTED with `LINK_INVALID`. */
  execute(token: string): Promise<User> {
    return this.unitOfWork.run(SYSTEM, async ({ em, record }) => {
      const now = this.now();
      const challenge = await redeemChallenge(em, 'EMAIL_VERIFICATION', token, now);
      const user = await em.findOne(User, { id: challenge.userId });
      if (!user) throw new AppError('INTERNAL', `challenge ${challenge.id} has no user`);
      if (!user.emailVerifiedAt) {
        user.emailVerifiedAt = now;
        record(EmailVerifiedSchema, { userId: user.id }, { workspaceId: challenge.workspaceId });
      }
      await forgetAttempts(em, VERIFICATION_PER_USER, user.id);
      return user;
    });
  }
}
