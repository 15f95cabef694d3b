import { notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { SYSTEM } from '@switchboard/storage';
import { VERIFICATION_PER_USER } from '../../domain/attempt-limits.ts';
import type { Clock } from '../../domain/clock.ts';
import type { LinkTokens } from '../../domain/link-token.ts';
import { refusal } from '../../domain/refusal.ts';
import { User } from '../../domain/user.ts';
import { countAttempt, tooManyAttempts } from '../guards/count-attempt.ts';
import { requestChallenge } from './request-challenge.ts';

/** Sends the signed-in user another verification link. */
export class ResendVerification {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly linkTokens: LinkTokens,
    private readonly now: Clock,
  ) {}

  /** @throws AppError REJECTED with `EMAIL_ALREADY_VERIFIED`, RATE_LIMITED, FORBIDDEN without a user. */
  async execute(actor: WorkspaceActor): Promise<User> {
    const userId = requireUserId(actor);
    const { workspaceId } = actor;
    const now = this.now();
    const result = await this.unitOfWork.run(SYSTEM, async (tx) => {
      const user = await tx.em.findOne(User, { id: userId });
      if (!user) throw notFound('User');
      if (user.emailVerifiedAt) throw refusal('EMAIL_ALREADY_VERIFIED', 'This address is already verified.');
      const retryAfterMs = await countAttempt(tx.em, VERIFICATION_PER_USER, userId, now);
      // The count has to be kept, so the refusal waits for the commit.
      if (retryAfterMs !== undefined) return { retryAfterMs };
      requestChallenge(tx, this.linkTokens, 'EMAIL_VERIFICATION', { userId, workspaceId }, now);
      return { user };
    });
    if ('retryAfterMs' in result) throw tooManyAttempts(result.retryAfterMs);
    return result.user;
  }
}
