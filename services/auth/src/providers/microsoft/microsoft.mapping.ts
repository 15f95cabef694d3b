import { z } from 'zod';
import type { VouchedPerson } from '../../domain/identity.ts';

const claims = z.object({
  oid: z.string().min(1),
  tid: z.string().min(1),
  name: z.string().optional(),
  preferred_username: z.email().optional(),
  email: z.email().optional(),
  // Whether the owner of the address's domain is known to Microsoft. Without it anybody's address may stand there:
  // https://learn.microsoft.com/entra/identity-platform/migrate-off-email-claim-authorization
  xms_edov: z.union([z.boolean(), z.literal(1), z.literal('1'), z.literal('true')]).optional(),
});

/**
 * The person of an ID token. A person is the object in a directory (`tid`, `oid`): Microsoft says that neither address nor
 * user name tells who somebody is.
 * @returns `undefined` for a token that names nobody, or nobody with an address.
 */
export function toMicrosoftPerson(idTokenClaims: unknown): VouchedPerson | undefined {
  const parsed = claims.safeParse(idTokenClaims);
  if (!parsed.success) return undefined;
  const { oid, tid, name, email, preferred_username: userName, xms_edov: isOwned } = parsed.data;
  const address = (email ?? userName)?.toLowerCase();
  if (!address) return undefined;
  return {
    provider: 'MICROSOFT',
    subject: `${tid}/${oid}`,
    email: address,
    isEmailVerified: email !== undefined && isOwned !== undefined && isOwned !== false,
    name: name ?? address.slice(0, address.indexOf('@')),
  };
}
