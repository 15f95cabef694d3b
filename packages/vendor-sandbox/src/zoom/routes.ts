import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessTokens } from '../access-tokens.ts';
import { parseFlatForm } from '../forms.ts';
import { OAuthError } from '../oauth/oauth-error.ts';
import type { Fields } from '../oauth/token-request.ts';
import { attachFaults, attachTraffic } from '../traffic/attach-traffic.ts';
import type { World } from '../world.ts';
import type { Meeting, ZoomAccount } from './account.ts';
import { checkMeeting } from './check-meeting.ts';
import type { ZoomHosting } from './hosting.ts';
import { listMeetings } from './list-meetings.ts';
import { countWrite, meetingResource, zoomTime } from './meetings.ts';
import {
  issueZoomTokens,
  registerZoomRevocation,
  type ZoomOAuth,
  zoomOAuthErrorBody,
} from './oauth-routes.ts';
import { faultAnswer, invalidToken, noMeeting, ZoomError, zoomErrorBody } from './zoom-error.ts';

/** What Zoom's routes work with. */
export interface ZoomRoutes {
  readonly world: World;
  readonly tokens: AccessTokens<ZoomAccount>;
  readonly hosting: ZoomHosting;
  findAccount(clientId: string): ZoomAccount | undefined;
  /** Whose access token it is: a server-to-server application's, or a person's. */
  accountOfToken(token: string): ZoomAccount | undefined;
  readonly oauth: ZoomOAuth;
}

const TOKEN_SECONDS = 3_599;
const SCOPES = 'meeting:read:admin meeting:write:admin user:read:admin';

interface UserRoute {
  Params: { userId: string };
  Querystring: Record<string, string>;
}
interface MeetingRoute {
  Params: { meetingId: string };
  Querystring: Record<string, string>;
}

/** Zoom's API v2, as far as meetings need it. https://developers.zoom.us/docs/api/ */
export function registerZoom(app: FastifyInstance, dependencies: ZoomRoutes): void {
  const { world, hosting } = dependencies;
  const webUrl = (): string => `${world.sandboxUrl()}/zoom`;

  attachTraffic(app, world, 'zoom', readBody);
  attachFaults(app, world, 'zoom', faultAnswer);
  app.setNotFoundHandler(() => {
    throw new ZoomError(404, 2300, 'This API endpoint is not recognized.');
  });
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof ZoomError) {
      return reply.code(error.status).headers(error.headers).send(zoomErrorBody(error));
    }
    if (error instanceof OAuthError) return reply.code(error.status).send(zoomOAuthErrorBody(error));
    request.log.error(error);
    return reply.code(500).send(faultAnswer(500).body);
  });

  const authenticate = (request: FastifyRequest): ZoomAccount => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    const account = scheme === 'Bearer' && token ? dependencies.accountOfToken(token) : undefined;
    if (!account) throw invalidToken();
    return account;
  };
  /** The account's only user, as `me`, by id or by address. */
  const authenticateUser = (request: FastifyRequest<UserRoute>): ZoomAccount => {
    const account = authenticate(request);
    const { userId } = request.params;
    if (!['me', account.userId, account.email].includes(userId)) {
      throw new ZoomError(404, 1001, `User does not exist: ${userId}.`);
    }
    return account;
  };
  const meetingOf = (account: ZoomAccount, meetingId: string): Meeting => {
    if (!/^\d+$/.test(meetingId)) throw new ZoomError(400, 300, 'Invalid meeting id.');
    const meeting = account.meetings.get(Number(meetingId));
    if (!meeting) throw noMeeting(meetingId);
    return meeting;
  };

  /** https://developers.zoom.us/docs/internal-apps/s2s-oauth/ */
  app.post('/oauth/token', (request, reply) => {
    const { grant_type: asked } = { ...(request.query as Fields), ...(request.body as Fields) };
    const isPersons = asked === 'authorization_code' || asked === 'refresh_token';
    return isPersons
      ? issueZoomTokens(request, reply, dependencies.oauth)
      : issueToken(request, reply, dependencies);
  });
  registerZoomRevocation(app, dependencies.oauth);

  /** https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId} */
  app.get<UserRoute>('/v2/users/:userId', (request) => {
    const account = authenticateUser(request);
    return {
      id: account.userId,
      account_id: account.accountId,
      account_number: 100_000_001,
      created_at: zoomTime(account.createdAt),
      display_name: 'Sandbox Host',
      email: account.email,
      first_name: 'Sandbox',
      last_name: 'Host',
      language: 'en-US',
      pmi: 5_551_112_222,
      role_name: 'Owner',
      status: 'active',
      timezone: 'UTC',
      type: 2,
      verified: 1,
    };
  });

  /** https://developers.zoom.us/docs/api/meetings/#tag/meetings/POST/users/{userId}/meetings */
  app.post<UserRoute>('/v2/users/:userId/meetings', (request, reply) => {
    const account = authenticateUser(request);
    const input = checkMeeting(request.body);
    countWrite(account, world);
    const meeting = hosting.create(account, input);
    return reply.code(201).send(meetingResource(account, meeting, webUrl()));
  });

  /** https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/users/{userId}/meetings */
  app.get<UserRoute>('/v2/users/:userId/meetings', (request) =>
    listMeetings(authenticateUser(request), request.query, world.now(), webUrl()),
  );

  /** https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/meetings/{meetingId} */
  app.get<MeetingRoute>('/v2/meetings/:meetingId', (request) => {
    const account = authenticate(request);
    return meetingResource(account, meetingOf(account, request.params.meetingId), webUrl());
  });

  /** https://developers.zoom.us/docs/api/meetings/#tag/meetings/PATCH/meetings/{meetingId} */
  app.patch<MeetingRoute>('/v2/meetings/:meetingId', (request, reply) => {
    const account = authenticate(request);
    const meeting = meetingOf(account, request.params.meetingId);
    const input = checkMeeting(request.body, meeting.type);
    countWrite(account, world);
    hosting.update(account, meeting, input);
    return reply.code(204).send();
  });

  /** https://developers.zoom.us/docs/api/meetings/#tag/meetings/DELETE/meetings/{meetingId} */
  app.delete<MeetingRoute>('/v2/meetings/:meetingId', (request, reply) => {
    const account = authenticate(request);
    const meeting = meetingOf(account, request.params.meetingId);
    hosting.remove(account, meeting, request.query.occurrence_id);
    return reply.code(204).send();
  });
}

function readBody(contentType: string, body: Buffer): unknown {
  if (body.length === 0) return {};
  const text = body.toString('utf8');
  if (contentType.startsWith('application/x-www-form-urlencoded')) return parseFlatForm(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new ZoomError(400, 300, 'Request Body should be a valid JSON object.');
  }
}

function issueToken(
  request: FastifyRequest,
  reply: FastifyReply,
  { tokens, world, findAccount }: ZoomRoutes,
) {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ');
  const [clientId = '', clientSecret] =
    scheme === 'Basic' ? Buffer.from(value, 'base64').toString('utf8').split(':') : [];
  const account = findAccount(clientId);
  if (!account || account.clientSecret !== clientSecret) {
    return reply.code(401).send({ reason: 'Invalid client_id or client_secret', error: 'invalid_client' });
  }
  // Parameters travel in the query or in the form.
  const parameters = {
    ...(request.query as Record<string, unknown>),
    ...(request.body as Record<string, unknown>),
  };
  if (parameters.grant_type !== 'account_credentials') {
    return reply.code(400).send({ reason: 'unsupported grant type', error: 'unsupported_grant_type' });
  }
  if (parameters.account_id !== account.accountId) {
    return reply.code(400).send({ reason: 'Bad Request', error: 'invalid_request' });
  }
  return reply.send({
    access_token: tokens.issue(account, TOKEN_SECONDS, 'eyJ'),
    token_type: 'bearer',
    expires_in: TOKEN_SECONDS,
    scope: SCOPES,
    api_url: `${world.sandboxUrl()}/zoom`,
  });
}
