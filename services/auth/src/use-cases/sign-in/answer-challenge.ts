import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { UnitOfWork } from '@switchboard/messaging';
import { SignInCodeRequestedSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { CODE_PER_USER } from '../../domain/attempt-limits.ts';
import type { Clock } from '../../domain/clock.ts';
import { sha256 } from '../../domain/digest.ts';
import { refusal } from '../../domain/refusal.ts';
import { FactorChallenge } from '../../domain/second-factor.ts';
import { User } from '../../domain/user.ts';
import type { SignedIn } from '../accounts/sign-up.ts';
import type { CheckFactor, TypedCode } from '../factors/check-factor.ts';
import { challengeOver, takeTry, useUp } from '../factors/open-challenge.ts';
import { countAttempt, tooManyAttempts } from '../guards/count-attempt.ts';
import { confirmedFactor } from '../vault/factor-vault.ts';
import type { LetIn } from './let-in.ts';

/** Signs in somebody who was asked for a second factor. */
export class AnswerChallenge {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly checkFactor: CheckFactor,
    private readonly letIn: LetIn,
    private readonly now: Clock,
  ) {}

  /**
   * @throws AppError REJECTED with `CHALLENGE_OVER` (unknown, used, late, or tried five times), `CODE_INVALID`;
   * RATE_LIMITED.
   */
  async execute(token: string, typed: TypedCode, clientIp: string | undefined): Promise<SignedIn> {
    const challenge = await takeTry(this.unitOfWork.database, 'SIGN_IN', token, this.now());
    const { userId, workspaceId } = challenge;
    await this.checkFactor.execute({ userId, workspaceId, challenge }, typed, clientIp);
    const opened = await this.unitOfWork.run(SYSTEM, async (tx) => {
      await useUp(tx.em, challenge.id, this.now());
      return this.letIn.open(tx, await tx.em.findOneOrFail(User, { id: userId }), workspaceId);
    });
    return this.letIn.grant(opened);
  }

  /**
   * Sends a code to the user's phone; the one before stops working.
   * @throws AppError REJECTED with `CHALLENGE_OVER` or `NO_PHONE_NUMBER`, RATE_LIMITED.
   */
  async sendCode(token: string): Promise<void> {
    const now = this.now();
    const open = {
      tokenHash: sha256(token),
      purpose: 'SIGN_IN',
      usedAt: null,
      expiresAt: { $gt: now },
    } as const;
    const waitMs = await this.unitOfWork.run(SYSTEM, async ({ em, record }) => {
      const challenge = await em.findOne(FactorChallenge, open);
      if (!challenge) throw challengeOver();
      const { id: challengeId, userId, workspaceId } = challenge;
      if (!(await confirmedFactor(em, userId, 'SMS'))) {
        throw refusal('NO_PHONE_NUMBER', 'There is no phone number to send a code to.');
      }
      const wait = await countAttempt(em, CODE_PER_USER, userId, now);
      if (wait !== undefined) return wait;
      challenge.codesSent += 1;
      const expiresAt = timestampFromDate(challenge.expiresAt);
      record(SignInCodeRequestedSchema, { challengeId, userId, expiresAt }, { workspaceId });
      return undefined;
    });
    if (waitMs !== undefined) throw tooManyAttempts(waitMs);
  }
}
