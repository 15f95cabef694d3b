import { Secret } from '@switchboard/observability';
import type { TokenEndpointResponse } from 'oauth4webapi';
import { z } from 'zod';
import type { ConsentVendor } from '../../domain/consent-vendors.ts';
import type { ConsentAccount, Grant } from '../consent-provider.ts';

/** Where a vendor does not say how long a token lives (RFC 6749, 5.1 only recommends it). */
const LIFETIME_SECONDS_DEFAULT = 3_600;

/** @param before the refresh token that was presented; vendors may send it back instead of a new one. */
export function toGrant(answer: TokenEndpointResponse, before?: Secret): Grant {
  const { access_token, refresh_token, expires_in, scope } = answer;
  const isNew = refresh_token !== undefined && refresh_token !== before?.reveal();
  return {
    accessToken: new Secret(access_token),
    refreshToken: isNew ? new Secret(refresh_token) : undefined,
    lifetimeMs: (expires_in ?? LIFETIME_SECONDS_DEFAULT) * 1_000,
    scopes: scope?.split(' ').filter((one) => one !== ''),
  };
}

const id = z.string().min(1).max(255);
const email = z.string().min(3).max(320);

const ACCOUNTS: Readonly<Record<ConsentVendor, z.ZodType<ConsentAccount>>> = {
  // https://developers.google.com/identity/openid-connect/openid-connect#obtaininguserprofileinformation
  GOOGLE: z.object({ sub: id, email }).transform(({ sub, email: address }) => account(sub, address)),
  // https://learn.microsoft.com/graph/api/user-get; accounts without a mailbox have a principal name only.
  MICROSOFT: z
    .object({ id, mail: email.nullish(), userPrincipalName: email })
    .transform((me) => account(me.id, me.mail ?? me.userPrincipalName)),
  // https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}
  ZOOM: z.object({ id, email }).transform((me) => account(me.id, me.email)),
};

/** @returns `undefined` for an answer that names nobody. */
export function toAccount(vendor: ConsentVendor, answer: unknown): ConsentAccount | undefined {
  return ACCOUNTS[vendor].safeParse(answer).data;
}

function account(accountId: string, address: string): ConsentAccount {
  return { accountId, email: address.toLowerCase() };
}
