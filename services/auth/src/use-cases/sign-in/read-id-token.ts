import type { VouchedPerson } from '../../domain/identity.ts';
import type { Installation } from '../../domain/installation.ts';
import type { IdTokenReader } from '../../providers/sign-in-provider.ts';

/** Learns from an ID token of Google who somebody is. */
export class ReadIdToken {
  constructor(
    private readonly installation: Installation,
    private readonly google: IdTokenReader,
  ) {}

  /** @throws AppError REJECTED with `SIGN_IN_REFUSED`, UNAVAILABLE, UNSUPPORTED where nobody can sign in so. */
  async execute(idToken: string): Promise<VouchedPerson> {
    const call = this.installation.signInCall('GOOGLE');
    return this.google.read(call, idToken, this.installation.googleAudiences);
  }
}
