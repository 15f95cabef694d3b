import type { TokenPayload } from 'google-auth-library';
import type { VouchedPerson } from '../../domain/identity.ts';

/** @returns `undefined` for a token without an address. */
export function toGooglePerson(claims: TokenPayload | undefined): VouchedPerson | undefined {
  if (!claims?.email) return undefined;
  const email = claims.email.toLowerCase();
  return {
    provider: 'GOOGLE',
    subject: claims.sub,
    email,
    isEmailVerified: claims.email_verified === true,
    name: claims.name ?? email.slice(0, email.indexOf('@')),
  };
}
