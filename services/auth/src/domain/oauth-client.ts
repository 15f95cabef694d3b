import { Secret } from '@switchboard/observability';
import { z } from 'zod';
import type { ConsentVendor } from './consent-vendors.ts';

/** The installation's application at a vendor that connects by consent. */
export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Microsoft only: which directory people may come from; `common` is any. */
  readonly tenant?: string;
}

const value = z.string().regex(/^[\x21-\x7e]{1,4096}$/);
const current = z.object({ client_id: value, client_secret: value });
const earlier = z.object({ appId: value, password: value });

/**
 * Reads client secrets as vendors hand them out: `client_id` and `client_secret`, Google's file with the same below
 * `web` or `installed`, or `appId` and `password` as Azure's command line prints them, with or without `tenant`.
 * @returns `undefined` for anything else.
 */
export function readClientSecrets(text: string): OAuthClient | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const wrapped = z.union([z.object({ web: current }), z.object({ installed: current })]).safeParse(parsed);
  const inner = wrapped.success ? Object.values(wrapped.data)[0] : parsed;
  const tenant = z.object({ tenant: value }).safeParse(inner);
  const rest = tenant.success ? { tenant: tenant.data.tenant } : {};
  const now = current.safeParse(inner);
  if (now.success) {
    return { clientId: now.data.client_id, clientSecret: new Secret(now.data.client_secret), ...rest };
  }
  const before = earlier.safeParse(inner);
  if (!before.success) return undefined;
  return { clientId: before.data.appId, clientSecret: new Secret(before.data.password), ...rest };
}

/** Where and as whom a vendor is asked. */
export interface ConsentCall {
  readonly vendor: ConsentVendor;
  readonly client: OAuthClient;
  /** The sandbox's base URL for the vendor; undefined for the vendor's own addresses. */
  readonly sandboxUrl: string | undefined;
}
