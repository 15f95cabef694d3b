import type { UnitOfWork } from '@switchboard/messaging';
import { SYSTEM } from '@switchboard/storage';
import { RESET_PER_ACCOUNT, RESET_PER_IP } from '../../domain/attempt-limits.ts';
import type { Clock } from '../../domain/clock.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { LinkTokens } from '../../domain/link-token.ts';
import { User } from '../../domain/user.ts';
import { countAttempt, tooManyAttempts } from '../guards/count-attempt.ts';
import { firstWorkspaceOf } from './open-own-workspace.ts';
import { requestChallenge } from './request-challenge.ts';

/** Sends a link to set a new password, if the address has an account. The answer never tells whether it has. */
export class RequestPasswordReset {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly linkTokens: LinkTokens,
    private readonly now: Clock,
  ) {}

  /** @throws AppError RATE_LIMITED for a network address that asks for too many, whatever it asks for. */
  async execute(address: string, clientIp: string | undefined): Promise<void> {
    const email = normaliseEmail(address);
    const now = this.now();
    const retryAfterMs = await this.unitOfWork.run(SYSTEM, async (tx) => {
      const { em } = tx;
      const ipWait = clientIp ? await countAttempt(em, RESET_PER_IP, clientIp, now) : undefined;
      if (ipWait !== undefined) return ipWait;
      // Over the account's limit nothing is sent and nothing is said: the owner has the mails before.
      const isOver = (await countAttempt(em, RESET_PER_ACCOUNT, email, now)) !== undefined;
      const user = await em.findOne(User, { email });
      if (user && !isOver) {
        const whom = { userId: user.id, workspaceId: await firstWorkspaceOf(tx, user, now) };
        requestChallenge(tx, this.linkTokens, 'PASSWORD_RESET', whom, now);
      }
      return undefined;
    });
    if (retryAfterMs !== undefined) throw tooManyAttempts(retryAfterMs);
  }
}
