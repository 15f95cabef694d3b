import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OAuthApplications } from '../oauth/client.ts';
import type { Grants } from '../oauth/grants.ts';
import { OAuthError } from '../oauth/oauth-error.ts';
import { authenticate, type Fields, issueTokens } from '../oauth/token-request.ts';
import type { World } from '../world.ts';

/** What the scopes of an application of Zoom are does not depend on the request: they are chosen when it is made. */
export const ZOOM_SCOPES = ['meeting:read:meeting', 'meeting:write:meeting', 'user:read:user'] as const;

/** What Zoom's token endpoint works with for people, beside server-to-server applications. */
export interface ZoomOAuth {
  readonly world: World;
  readonly applications: OAuthApplications;
  readonly grants: Grants;
}

/** `authorization_code` and `refresh_token`. https://developers.zoom.us/docs/integrations/oauth/ */
export function issueZoomTokens(
  request: FastifyRequest,
  reply: FastifyReply,
  { world, applications, grants }: ZoomOAuth,
): FastifyReply {
  const fields = { ...(request.query as Fields), ...(request.body as Fields) };
  const application = authenticate(request, fields, applications);
  const { grant, accessToken, refreshToken, expiresInSeconds } = issueTokens(application, fields, grants);
  return reply.send({
    access_token: accessToken,
    token_type: 'bearer',
    refresh_token: refreshToken,
    expires_in: expiresInSeconds,
    scope: grant.scopes.join(' '),
    api_url: `${world.sandboxUrl()}/zoom`,
  });
}

/** https://developers.zoom.us/docs/integrations/oauth/#revoke-an-access-token */
export function registerZoomRevocation(app: FastifyInstance, { applications, grants }: ZoomOAuth): void {
  app.post<{ Querystring: { token?: string } }>('/oauth/revoke', (request, reply) => {
    const fields = { ...request.query, ...(request.body as Fields) };
    authenticate(request, fields, applications);
    if (!grants.revoke(fields.token ?? '')) {
      throw new OAuthError('invalid_request', 'Invalid Token!', 'code', 400);
    }
    return reply.send({ status: 'success' });
  });
}

/** Zoom gives its reason first. */
export function zoomOAuthErrorBody({ error, description }: OAuthError): object {
  return { reason: description, error };
}
