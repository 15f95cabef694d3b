import { LockMode } from '@mikro-orm/core';
import { invalidInput } from '@switchboard/errors';
import { type Database, SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { hashState, isUnderWay, verifierOf } from '../../domain/consent.ts';
import { sameText, sha256 } from '../../domain/digest.ts';
import type { VouchedPerson } from '../../domain/identity.ts';
import type { Installation } from '../../domain/installation.ts';
import { nonceOf, SignInStart, signInRedirectUriOf } from '../../domain/sign-in-start.ts';
import type { SigningKeys } from '../../domain/signing-keys.ts';
import type { SignInProviders } from './start-sign-in.ts';

/** What the browser brings back. */
export interface SignInReturn {
  readonly state: string;
  readonly code: string;
  readonly signInToken: string;
}

/** Learns from the provider who came back. What follows (sign-in, sign-up, a link) is decided by others. */
export class FinishSignIn {
  constructor(
    private readonly database: Database,
    private readonly installation: Installation,
    private readonly providers: SignInProviders,
    private readonly keys: SigningKeys,
    private readonly publicUrl: string,
    private readonly now: Clock,
  ) {}

  /**
   * @throws AppError INVALID_INPUT for a state that is unknown, used, late or of another browser: the provider is not
   * asked. REJECTED with `SIGN_IN_REFUSED`, UNAVAILABLE.
   */
  async execute({ state, code, signInToken }: SignInReturn): Promise<VouchedPerson> {
    const start = await this.#redeem(state, signInToken);
    const verifier = start && verifierOf(this.keys, state, start.challenge);
    if (!verifier) {
      throw invalidInput(
        'This sign-in has expired, was used already, or was started elsewhere. Start again.',
      );
    }
    const { provider } = start;
    return this.providers[provider].exchange(this.installation.signInCall(provider), {
      code,
      verifier,
      nonce: nonceOf(verifier),
      redirectUri: signInRedirectUriOf(this.publicUrl, provider),
    });
  }

  /** Uses the state up, whoever presents it. */
  #redeem(state: string, signInToken: string): Promise<SignInStart | undefined> {
    return this.database.transaction(SYSTEM, async ({ em }) => {
      const where = { stateHash: hashState(state) };
      const start = await em.findOne(SignInStart, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const now = this.now();
      if (!start || !isUnderWay(start, now)) return undefined;
      start.usedAt = now;
      return sameText(start.tokenHash, sha256(signInToken)) ? start : undefined;
    });
  }
}
