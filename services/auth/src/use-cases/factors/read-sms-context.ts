import { notFound } from '@switchboard/errors';
import { Secret } from '@switchboard/observability';
import { type Database, SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { FactorChallenge, SecondFactor } from '../../domain/second-factor.ts';
import type { FactorVault } from '../vault/factor-vault.ts';
import type { CheckFactor } from './check-factor.ts';

/** What a text with a code needs. */
export interface SmsContext {
  readonly phoneNumber: Secret;
  readonly text: Secret;
}

/** Gives telephony number and text of a code at the moment it sends: neither is kept anywhere in the clear. */
export class ReadSmsContext {
  constructor(
    private readonly database: Database,
    private readonly vault: FactorVault,
    private readonly checkFactor: CheckFactor,
    private readonly now: Clock,
  ) {}

  /** @throws AppError NOT_FOUND once the challenge is used or over: no text is due any more. */
  execute(challengeId: string): Promise<SmsContext> {
    return this.database.read(SYSTEM, async (em) => {
      const challenge = await em.findOne(FactorChallenge, { id: challengeId, usedAt: null });
      if (!challenge || challenge.expiresAt <= this.now()) throw notFound('Challenge');
      const factor = await em.findOne(SecondFactor, { userId: challenge.userId, kind: 'SMS' });
      if (!factor) throw notFound('Phone number');
      const code = this.checkFactor.codeFor(challenge);
      return {
        phoneNumber: new Secret(await this.vault.open(em, factor)),
        text: new Secret(`${code} is your Switchboard code. It works for 10 minutes. Tell it to nobody.`),
      };
    });
  }
}
