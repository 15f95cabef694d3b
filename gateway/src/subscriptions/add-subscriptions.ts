import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, FAILURES } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import type { Logger } from '@switchboard/observability';
import { parseBody, refusal, refuse } from '@switchboard/subgraph';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasForeignOrigin } from '../http/foreign-origin.ts';
import { Caller, type Reception } from './caller.ts';
import type { Callers } from './callers.ts';
import type { ConnectionCount } from './connection-limits.ts';
import { EventStream, tooManyConnections } from './event-stream.ts';
import { shownError } from './stream-errors.ts';
import type { SubscribeRequest, Subscribing } from './subscribe.ts';
import type { WebSocketDoor } from './websocket.ts';

export interface SubscriptionRouteParts extends Reception {
  readonly callers: Callers;
  readonly connections: ConnectionCount;
  readonly subscribing: Subscribing;
  readonly door: WebSocketDoor;
  readonly pingMs: number;
  readonly publicUrl: string;
  readonly logger: Logger;
}

const PATH = '/graphql';
const EVENT_STREAM_TYPE = 'text/event-stream';

/** A route, as the router keeps it. */
type RouteHandler = NonNullable<ReturnType<ReturnType<ConstraintStrategy['storage']>['get']>>;
type ConstraintStrategy = Parameters<FastifyInstance['addConstraintStrategy']>[0];

interface Upgrade {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/**
 * Subscriptions, at the same path as everything else: `Upgrade: websocket` for graphql-transport-ws, `Accept:
 * text/event-stream` for GraphQL over SSE. Must be called before any other route is added.
 */
export function addSubscriptionRoutes(app: FastifyInstance, parts: SubscriptionRouteParts): void {
  const upgrades = new WeakMap<IncomingMessage, Upgrade>();
  app.addConstraintStrategy({
    name: 'transport',
    mustMatchWhenDerived: false,
    storage: () => {
      const routes = new Map<unknown, RouteHandler>();
      return {
        get: (value) => routes.get(value) ?? null,
        set: (value, route) => {
          routes.set(value, route);
        },
      };
    },
    deriveConstraint: (request) =>
      request.headers.upgrade?.toLowerCase() === 'websocket'
        ? 'websocket'
        : request.headers.accept?.includes(EVENT_STREAM_TYPE)
          ? EVENT_STREAM_TYPE
          : undefined,
  });

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    upgrades.set(request, { socket, head });
    // Routed like any request, so that the client's address is established and refusals are answered the same way.
    const response = new ServerResponse(request);
    response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
    response.shouldKeepAlive = false;
    // Nobody else ends a socket that asked to be upgraded and was not.
    response.once('finish', () => socket.end());
    app.routing(request, response);
  });

  app.get(PATH, { constraints: { transport: 'websocket' } }, (request, reply) => {
    const upgrade = upgrades.get(request.raw);
    if (!upgrade) return refuse(request, reply, 400, refusal('BAD_REQUEST', 'Not an upgrade.'));
    if (hasForeignOrigin(request, parts.publicUrl)) return refuseOrigin(request, reply);
    const leave = parts.connections.enter(request.ip);
    if (!leave) return refuseThrown(tooManyConnections(), request, reply, parts.logger);
    reply.hijack();
    reply.raw.detachSocket(upgrade.socket as Parameters<ServerResponse['detachSocket']>[0]);
    parts.door.upgrade(request.raw, upgrade.socket, upgrade.head, { clientIp: request.ip, leave });
    return reply;
  });

  app.route({
    method: ['GET', 'POST'],
    url: PATH,
    constraints: { transport: EVENT_STREAM_TYPE },
    async handler(request, reply) {
      reply.header('x-request-id', newId('req'));
      if (hasForeignOrigin(request, parts.publicUrl)) return refuseOrigin(request, reply);
      const leave = parts.connections.enter(request.ip);
      if (!leave) return refuseThrown(tooManyConnections(), request, reply, parts.logger);
      reply.raw.once('close', leave);
      try {
        const operation = readRequest(request);
        const caller = await Caller.establish(parts, request.headers.authorization, request.ip);
        const leaveCaller = parts.connections.identify(caller.name);
        if (!leaveCaller) {
          caller.release();
          throw tooManyConnections();
        }
        reply.raw.once('close', leaveCaller);
        parts.callers.add(caller);
        reply.raw.once('close', () => parts.callers.remove(caller));
        const stream = new EventStream(reply.raw, parts);
        const { subscription } = parts.subscribing.begin(caller, operation, (reason) => stream.ended(reason));
        reply.hijack();
        await stream.write(subscription, reply.getHeaders());
      } catch (thrown) {
        return refuseThrown(thrown, request, reply, parts.logger);
      }
      return reply;
    },
  });
}

/** @throws AppError INVALID_INPUT when it is no GraphQL request. */
function readRequest(request: FastifyRequest): SubscribeRequest {
  const body = request.method === 'GET' ? fromQuery(request.query) : fromBody(request.body);
  if (typeof body.query !== 'string') throw badRequest('The request has no query.');
  return body as unknown as SubscribeRequest;
}

function fromBody(body: unknown): Readonly<Record<string, unknown>> {
  const parsed = parseBody(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
  if (!parsed.ok) throw badRequest(parsed.message);
  return parsed.body;
}

function fromQuery(query: unknown): Readonly<Record<string, unknown>> {
  const { variables, extensions, ...rest } = query as Readonly<Record<string, unknown>>;
  return { ...rest, variables: objectOf(variables), extensions: objectOf(extensions) };
}

function objectOf(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  const parsed = parseBody(Buffer.from(text));
  if (!parsed.ok) throw badRequest(parsed.message);
  return parsed.body;
}

function badRequest(message: string): AppError {
  return new AppError('INVALID_INPUT', message, { publicMessage: message });
}

function refuseOrigin(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return refuse(request, reply, 403, refusal('FORBIDDEN', 'Pages of other origins are not served.'));
}

function refuseThrown(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const error = shownError(thrown, logger);
  const known = Object.values(FAILURES).find(({ graphql }) => graphql === error.extensions?.code);
  // What is wrong with the document has codes of its own.
  const status = known?.http ?? 400;
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 429 || status === 503) reply.header('retry-after', '5');
  return refuse(request, reply, status, [error]);
}
