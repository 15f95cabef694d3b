import { newId } from '@switchboard/ids';
import { Secret } from '@switchboard/observability';
import { type Database, SYSTEM } from '@switchboard/storage';
import { SIGN_IN_START_PER_IP } from '../../domain/attempt-limits.ts';
import { after, type Clock } from '../../domain/clock.ts';
import { CONSENT_LIFETIME_MS, challengeOf, hashState, newState, verifierFor } from '../../domain/consent.ts';
import { sha256 } from '../../domain/digest.ts';
import type { SignInProviderName } from '../../domain/identity.ts';
import type { Installation } from '../../domain/installation.ts';
import { requireReturnUrl } from '../../domain/return-url.ts';
import { nonceOf, SignInStart, signInRedirectUriOf } from '../../domain/sign-in-start.ts';
import type { SigningKeys } from '../../domain/signing-keys.ts';
import type { SignInProvider } from '../../providers/sign-in-provider.ts';
import type { ConsentAddresses } from '../grants/start-consent.ts';
import { countAttempt, tooManyAttempts } from '../guards/count-attempt.ts';

/** Who vouches for people, by name. */
export type SignInProviders = Readonly<Record<SignInProviderName, SignInProvider>>;

/** A sign-in that a front end began. */
export interface StartedSignIn {
  readonly authorizationUrl: string;
  /** Shown by the browser that began when it finishes: without it another one's sign-in could be foisted on it. */
  readonly signInToken: Secret;
}

/** Sends a person to Google or Microsoft to sign in. */
export class StartSignIn {
  constructor(
    private readonly database: Database,
    private readonly installation: Installation,
    private readonly providers: SignInProviders,
    private readonly keys: SigningKeys,
    private readonly addresses: ConsentAddresses,
    private readonly now: Clock,
  ) {}

  /** @throws AppError REJECTED with `RETURN_URL_NOT_ALLOWED`, UNSUPPORTED where nobody can sign in so, RATE_LIMITED. */
  async execute(
    provider: SignInProviderName,
    returnUrl: string,
    clientIp: string | undefined,
  ): Promise<StartedSignIn> {
    requireReturnUrl(returnUrl, this.addresses.returnOrigins);
    const call = this.installation.signInCall(provider);
    const [state, signInToken] = [newState(), newState()];
    const verifier = verifierFor(this.keys, state);
    const challenge = challengeOf(verifier);
    const now = this.now();
    const waitMs = await this.database.transaction(SYSTEM, async ({ em }) => {
      const wait = clientIp ? await countAttempt(em, SIGN_IN_START_PER_IP, clientIp, now) : undefined;
      if (wait !== undefined) return wait;
      em.create(SignInStart, {
        id: newId('sgn'),
        stateHash: hashState(state),
        tokenHash: sha256(signInToken),
        challenge,
        provider,
        returnUrl,
        createdAt: now,
        expiresAt: after(now, CONSENT_LIFETIME_MS),
        usedAt: null,
      });
      return undefined;
    });
    if (waitMs !== undefined) throw tooManyAttempts(waitMs);
    const redirectUri = signInRedirectUriOf(this.addresses.publicUrl, provider);
    const request = { redirectUri, state, nonce: nonceOf(verifier), challenge };
    const authorizationUrl = await this.providers[provider].authorizationUrl(call, request);
    return { authorizationUrl, signInToken: new Secret(signInToken) };
  }
}
