import type { FastifyInstance } from 'fastify';
import { parseFlatForm } from '../forms.ts';
import type { OAuthApplications } from '../oauth/client.ts';
import type { ConsentGrant, Grants, IssuedTokens } from '../oauth/grants.ts';
import type { IdTokens } from '../oauth/id-tokens.ts';
import { OAuthError } from '../oauth/oauth-error.ts';
import { guidOf } from '../oauth/people.ts';
import { authenticate, type Fields, issueTokens } from '../oauth/token-request.ts';
import { attachFaults, attachTraffic } from '../traffic/attach-traffic.ts';
import type { World } from '../world.ts';
import { faultAnswer, GraphError, graphErrorBody, microsoftErrorBody } from './microsoft-error.ts';

/** The directory that every person of the sandbox is in. */
export const SANDBOX_TENANT_ID = '5a4db0c0-0000-4000-8000-0000000000ff';
const LOGIN = 'https://login.microsoftonline.com';
const ID_TOKEN_SECONDS = 3_600;

/** What Microsoft's routes work with. */
export interface MicrosoftRoutes {
  readonly world: World;
  readonly applications: OAuthApplications;
  readonly grants: Grants;
  readonly idTokens: IdTokens;
}

interface TenantRoute {
  Params: { tenant: string };
}

/** Microsoft's identity platform, and of Graph what tells whose account it is. */
export function registerMicrosoft(app: FastifyInstance, deps: MicrosoftRoutes): void {
  const { world, applications, grants, idTokens } = deps;
  attachTraffic(app, world, 'microsoft', (_type, body) => parseFlatForm(body.toString('utf8')));
  attachFaults(app, world, 'microsoft', (status) => faultAnswer(status, world.now()));
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof OAuthError) {
      return reply.code(error.status).send(microsoftErrorBody(error, world.now()));
    }
    if (error instanceof GraphError) {
      return reply.code(error.status).send(graphErrorBody(error, world.now()));
    }
    request.log.error(error);
    return reply.code(500).send(faultAnswer(500, world.now()).body);
  });

  /** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-access-token-with-a-client_secret */
  app.post<TenantRoute>('/:tenant/oauth2/v2.0/token', async (request, reply) => {
    const fields = request.body as Fields;
    const application = authenticate(request, fields, applications);
    const issued = issueTokens(application, fields, grants);
    const isOpenId = issued.grant.scopes.includes('openid');
    const idToken = isOpenId
      ? await idTokens.sign(idClaims(issued.grant), world.now(), ID_TOKEN_SECONDS)
      : undefined;
    return reply.header('cache-control', 'no-store, no-cache').send(tokenAnswer(issued, idToken));
  });

  app.get<TenantRoute>('/:tenant/discovery/v2.0/keys', () => idTokens.jwks());

  /** The issuer of a tenant that is many is a template. https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc */
  app.get<TenantRoute>('/:tenant/v2.0/.well-known/openid-configuration', (request) => {
    const { tenant } = request.params;
    const isMany = tenant === 'common' || tenant === 'organizations';
    return {
      issuer: `${LOGIN}/${isMany ? '{tenantid}' : tenant}/v2.0`,
      authorization_endpoint: `${LOGIN}/${tenant}/oauth2/v2.0/authorize`,
      token_endpoint: `${LOGIN}/${tenant}/oauth2/v2.0/token`,
      jwks_uri: `${LOGIN}/${tenant}/discovery/v2.0/keys`,
      end_session_endpoint: `${LOGIN}/${tenant}/oauth2/v2.0/logout`,
      response_types_supported: ['code', 'id_token'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    };
  });

  /** What Microsoft's libraries ask to learn where an authority is. */
  app.get('/common/discovery/instance', () => ({
    tenant_discovery_endpoint: `${LOGIN}/common/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [
      {
        preferred_network: 'login.microsoftonline.com',
        preferred_cache: 'login.windows.net',
        aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
      },
    ],
  }));

  /** https://learn.microsoft.com/graph/api/user-get */
  app.get('/v1.0/me', (request) => {
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
    const grant = scheme === 'Bearer' ? grants.grantOf(token) : undefined;
    if (!grant) {
      throw new GraphError(
        401,
        'InvalidAuthenticationToken',
        'Lifetime validation failed, the token is expired.',
      );
    }
    if (!grant.scopes.some((scope) => /(^|\/)user\.read$/i.test(scope))) {
      throw new GraphError(
        403,
        'Authorization_RequestDenied',
        'Insufficient privileges to complete the operation.',
      );
    }
    const { person } = grant;
    return {
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/$entity',
      id: guidOf('microsoft', person),
      displayName: person.name,
      mail: person.email,
      userPrincipalName: person.email,
      businessPhones: [],
    };
  });
}

function tokenAnswer(issued: IssuedTokens, idToken: string | undefined): object {
  const { grant, accessToken, refreshToken, expiresInSeconds } = issued;
  const account = { uid: guidOf('microsoft', grant.person), utid: SANDBOX_TENANT_ID };
  // Scopes of OpenID are not among those of the access token.
  const scopes = grant.scopes.filter((scope) => !['openid', 'offline_access'].includes(scope));
  return {
    token_type: 'Bearer',
    scope: scopes.join(' '),
    expires_in: expiresInSeconds,
    ext_expires_in: expiresInSeconds,
    access_token: accessToken,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(idToken !== undefined && { id_token: idToken }),
    client_info: Buffer.from(JSON.stringify(account)).toString('base64url'),
  };
}

/** https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference */
function idClaims({ clientId, person, scopes, nonce }: ConsentGrant) {
  return {
    iss: `${LOGIN}/${SANDBOX_TENANT_ID}/v2.0`,
    aud: clientId,
    sub: guidOf('microsoft-pairwise', person),
    oid: guidOf('microsoft', person),
    tid: SANDBOX_TENANT_ID,
    ver: '2.0',
    name: person.name,
    preferred_username: person.email,
    ...(scopes.includes('email') && { email: person.email, xms_edov: true }),
    ...(nonce !== undefined && { nonce }),
  };
}
