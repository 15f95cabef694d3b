import { type Database, SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { hashState, isUnderWay } from '../../domain/consent.ts';
import type { SignInProviderName } from '../../domain/identity.ts';
import { withParameters } from '../../domain/return-url.ts';
import { SignInStart } from '../../domain/sign-in-start.ts';
import type { VendorAnswer } from '../grants/answer-consent.ts';

/** Sends a person who comes back from signing in elsewhere on to where they came from. Nothing is done here. */
export class AnswerSignIn {
  constructor(
    private readonly database: Database,
    private readonly now: Clock,
  ) {}

  /** @returns where to send the person; `undefined` for a state that is unknown, used or late. */
  async execute(
    provider: SignInProviderName,
    { state, code, error }: VendorAnswer,
  ): Promise<string | undefined> {
    const start = await this.database.read(SYSTEM, (em) =>
      em.findOne(SignInStart, { stateHash: hashState(state), provider }),
    );
    if (!start || !isUnderWay(start, this.now())) return undefined;
    const answered = code === undefined ? { error: error ?? 'access_denied' } : { code };
    return withParameters(start.returnUrl, { state, ...answered });
  }
}
