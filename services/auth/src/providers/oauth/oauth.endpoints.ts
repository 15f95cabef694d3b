import type { AuthorizationServer } from 'oauth4webapi';
import type { ConsentVendor } from '../../domain/consent-vendors.ts';
import type { ConsentCall } from '../../domain/oauth-client.ts';

/** A vendor's addresses, and how it wants to be asked. */
export interface OAuthEndpoints {
  readonly server: AuthorizationServer;
  /** Says whose account an access token is for. */
  readonly accountUrl: string;
  /** How the client proves itself at the token endpoint. */
  readonly clientAuthentication: 'form' | 'basic';
  /** Further parameters of the authorization request. */
  readonly authorization: Readonly<Record<string, string>>;
  /** Whether scopes are asked for; Zoom gives those its application was made with. */
  readonly asksScopes: boolean;
}

const DEFAULT_TENANT = 'common';

/** The addresses of a vendor, or of the sandbox in its place: same paths, other hosts. */
export function endpointsOf({ vendor, client, sandboxUrl }: ConsentCall): OAuthEndpoints {
  return ENDPOINTS[vendor](sandboxUrl, client.tenant ?? DEFAULT_TENANT);
}

const ENDPOINTS: Readonly<
  Record<ConsentVendor, (sandboxUrl: string | undefined, tenant: string) => OAuthEndpoints>
> = {
  // https://developers.google.com/identity/protocols/oauth2/web-server
  GOOGLE: (sandboxUrl) => ({
    server: {
      issuer: 'https://accounts.google.com',
      authorization_endpoint: `${sandboxUrl ?? 'https://accounts.google.com'}/o/oauth2/v2/auth`,
      token_endpoint: `${sandboxUrl ?? 'https://oauth2.googleapis.com'}/token`,
      revocation_endpoint: `${sandboxUrl ?? 'https://oauth2.googleapis.com'}/revoke`,
    },
    accountUrl: `${sandboxUrl ?? 'https://openidconnect.googleapis.com'}/v1/userinfo`,
    clientAuthentication: 'form',
    // A refresh token comes with the first consent only, unless consent is asked for again. What the person allowed
    // elsewhere is not granted along (`include_granted_scopes`): another workspace has no part in it.
    authorization: { access_type: 'offline', prompt: 'consent select_account' },
    asksScopes: true,
  }),
  // https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow; it has no way to revoke a grant.
  MICROSOFT: (sandboxUrl, tenant) => {
    const base = `${sandboxUrl ?? 'https://login.microsoftonline.com'}/${encodeURIComponent(tenant)}`;
    return {
      server: {
        issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
      },
      accountUrl: `${sandboxUrl ?? 'https://graph.microsoft.com'}/v1.0/me`,
      clientAuthentication: 'form',
      authorization: { response_mode: 'query', prompt: 'select_account' },
      asksScopes: true,
    };
  },
  // https://developers.zoom.us/docs/integrations/oauth/
  ZOOM: (sandboxUrl) => ({
    server: {
      issuer: 'https://zoom.us',
      authorization_endpoint: `${sandboxUrl ?? 'https://zoom.us'}/oauth/authorize`,
      token_endpoint: `${sandboxUrl ?? 'https://zoom.us'}/oauth/token`,
      revocation_endpoint: `${sandboxUrl ?? 'https://zoom.us'}/oauth/revoke`,
    },
    accountUrl: `${sandboxUrl ?? 'https://api.zoom.us'}/v2/users/me`,
    clientAuthentication: 'basic',
    authorization: {},
    asksScopes: false,
  }),
};
