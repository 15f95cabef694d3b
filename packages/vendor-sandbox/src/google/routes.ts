import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseFlatForm } from '../forms.ts';
import type { OAuthApplications } from '../oauth/client.ts';
import type { ConsentGrant, Grants } from '../oauth/grants.ts';
import type { IdTokens } from '../oauth/id-tokens.ts';
import { OAuthError } from '../oauth/oauth-error.ts';
import { numericIdOf } from '../oauth/people.ts';
import { authenticate, type Fields, issueTokens } from '../oauth/token-request.ts';
import { attachFaults, attachTraffic } from '../traffic/attach-traffic.ts';
import type { World } from '../world.ts';
import { faultAnswer, GoogleError, googleErrorBody } from './google-error.ts';

export const GOOGLE_ISSUER = 'https://accounts.google.com';
const ID_TOKEN_SECONDS = 3_600;

/** What Google's routes work with. */
export interface GoogleRoutes {
  readonly world: World;
  readonly applications: OAuthApplications;
  readonly grants: Grants;
  readonly idTokens: IdTokens;
}

/** Google's token endpoint and what belongs to it. */
export function registerGoogle(app: FastifyInstance, deps: GoogleRoutes): void {
  const { world, applications, grants, idTokens } = deps;
  attachTraffic(app, world, 'google', (_type, body) => parseFlatForm(body.toString('utf8')));
  attachFaults(app, world, 'google', faultAnswer);
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof OAuthError) {
      const { error: name, description, status } = error;
      return reply.code(status).send({ error: name, error_description: description });
    }
    if (error instanceof GoogleError) return reply.code(error.status).send(googleErrorBody(error));
    request.log.error(error);
    return reply.code(500).send(faultAnswer(500).body);
  });

  /** https://developers.google.com/identity/protocols/oauth2/web-server#exchange-authorization-code */
  app.post('/token', async (request, reply) => {
    const fields = request.body as Fields;
    const application = authenticate(request, fields, applications);
    const issued = issueTokens(application, fields, grants);
    const { grant } = issued;
    const idToken = grant.scopes.includes('openid')
      ? await idTokens.sign(idClaims(grant), world.now(), ID_TOKEN_SECONDS)
      : undefined;
    return reply.header('cache-control', 'no-store').send({
      access_token: issued.accessToken,
      expires_in: issued.expiresInSeconds,
      ...(issued.refreshToken !== undefined && { refresh_token: issued.refreshToken }),
      scope: grant.scopes.map(fullScope).join(' '),
      token_type: 'Bearer',
      ...(idToken !== undefined && { id_token: idToken }),
    });
  });

  /** https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke */
  app.post<{ Querystring: { token?: string } }>('/revoke', (request, reply) => {
    const token = (request.body as Fields).token ?? request.query.token ?? '';
    if (grants.revoke(token)) return reply.send({});
    return reply.code(400).send({ error: 'invalid_token', error_description: 'Token expired or revoked' });
  });

  app.get('/oauth2/v3/certs', (_request, reply) =>
    reply.header('cache-control', 'public, max-age=3600').send(idTokens.jwks()),
  );
  app.get('/oauth2/v1/certs', (_request, reply) =>
    reply.header('cache-control', 'public, max-age=3600').send(idTokens.certificates()),
  );

  /** https://developers.google.com/identity/openid-connect/openid-connect#discovery */
  app.get('/.well-known/openid-configuration', () => {
    const base = `${world.sandboxUrl()}/google`;
    return {
      issuer: GOOGLE_ISSUER,
      authorization_endpoint: `${base}/o/oauth2/v2/auth`,
      token_endpoint: `${base}/token`,
      revocation_endpoint: `${base}/revoke`,
      userinfo_endpoint: `${base}/v1/userinfo`,
      jwks_uri: `${base}/oauth2/v3/certs`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    };
  });

  /** https://developers.google.com/identity/openid-connect/openid-connect#obtaininguserprofileinformation */
  for (const path of ['/v1/userinfo', '/oauth2/v3/userinfo']) {
    app.get(path, (request) => {
      const { person, scopes } = bearerOf(request, grants);
      return {
        sub: numericIdOf('google', person),
        ...(has(scopes, 'email') && { email: person.email, email_verified: true }),
        ...(has(scopes, 'profile') && { name: person.name }),
      };
    });
  }
}

/** The consent an access token stands for. @throws GoogleError 401 */
export function bearerOf(request: FastifyRequest, grants: Grants): ConsentGrant {
  const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
  const grant = scheme === 'Bearer' ? grants.grantOf(token) : undefined;
  if (grant) return grant;
  throw new GoogleError(
    401,
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    'UNAUTHENTICATED',
  );
}

function idClaims({ clientId, person, scopes, nonce }: ConsentGrant) {
  return {
    iss: GOOGLE_ISSUER,
    aud: clientId,
    azp: clientId,
    sub: numericIdOf('google', person),
    ...(has(scopes, 'email') && { email: person.email, email_verified: true }),
    ...(has(scopes, 'profile') && { name: person.name }),
    ...(nonce !== undefined && { nonce }),
  };
}

/** Google's short names have long ones, which its answers use. */
function fullScope(scope: string): string {
  return scope === 'email' || scope === 'profile'
    ? `https://www.googleapis.com/auth/userinfo.${scope}`
    : scope;
}

function has(scopes: readonly string[], name: 'email' | 'profile'): boolean {
  return scopes.includes(name) || scopes.includes(fullScope(name));
}
