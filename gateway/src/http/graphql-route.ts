import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { AppError } from '@switchboard/errors';
import type { Actor, RequestIdentity } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { currentTraceIfAny, inSpan, type Logger, type Trace, withTrace } from '@switchboard/observability';
import { parseBody, refusal, refuse } from '@switchboard/subgraph';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { refusedDocumentStatus } from '../apollo/legacy-status.ts';
import { type GatewayContext, unknownCaller } from '../graph/request-context.ts';
import type { Authenticator } from '../identity/authenticator.ts';
import type { PersistedOperations } from '../persisted/persisted-operations.ts';
import type { OperationCharges } from '../rates/charge-operations.ts';
import { rateHeaders } from '../rates/rate-headers.ts';
import type { CurrentGraph } from '../reload/current-graph.ts';
import type { LoadedGraph } from '../reload/loaded-graph.ts';
import { TOOL_CALL_HEADER, type ToolCallMarks } from '../tool-audit/tool-call-marks.ts';
import { hasForeignOrigin } from './foreign-origin.ts';
import type { OperationNames } from './operation-names.ts';
import { refuseCaller } from './refuse-caller.ts';

export interface GraphqlRouteParts {
  readonly graphs: CurrentGraph;
  readonly operationNames: OperationNames;
  readonly authenticator: Authenticator;
  readonly charges: OperationCharges;
  readonly persisted: PersistedOperations;
  readonly toolCalls: ToolCallMarks;
  /** Pages of other origins than this are refused. */
  readonly publicUrl: string;
  readonly logger: Logger;
}

/**
 * `POST /graphql`, and `GET` for queries, by text or digest. Origin, size, form and limits come first because they cost least, then the
 * caller's identity, then everything else.
 */
export function addGraphqlRoute(app: FastifyInstance, parts: GraphqlRouteParts): void {
  const contexts = new WeakMap<FastifyRequest, GatewayContext>();
  const handlers = new WeakMap<ApolloServer<GatewayContext>, RouteHandlerMethod>();
  const serve = (apollo: ApolloServer<GatewayContext>): RouteHandlerMethod => {
    const known = handlers.get(apollo);
    if (known) return known;
    const handler = fastifyApolloHandler(apollo, {
      context: async (request) => {
        const context = contexts.get(request);
        if (!context) throw new Error('The request has no context');
        return context;
      },
    });
    handlers.set(apollo, handler);
    return handler;
  };

  /** Answers one request with one graph. */
  const answer = async (
    graph: LoadedGraph,
    requestId: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<unknown> => {
    if (hasForeignOrigin(request, parts.publicUrl)) {
      return refuse(request, reply, 403, refusal('FORBIDDEN', 'Pages of other origins are not served.'));
    }
    const operation = readOperation(request);
    if (!operation.ok) return refuse(request, reply, 400, refusal('BAD_REQUEST', operation.message));
    const { operationName } = operation;
    const resolved = parts.persisted.resolve(operation.query, operation.extensions);
    if (!resolved.ok) {
      return refuse(request, reply, resolved.status, refusal(resolved.code, resolved.message));
    }
    const query = resolved.document;
    const faults = query === undefined ? [] : graph.admit(query);
    if (faults.length > 0)
      return refuse(
        request,
        reply,
        refusedDocumentStatus(request.headers.accept),
        faults.map((fault) => fault.toJSON()),
      );

    let actor: Actor;
    try {
      actor = await parts.authenticator.establish(request.headers.authorization, request.ip);
    } catch (thrown) {
      const failure = parts.charges.refusalOf(unknownCaller(request.ip)) ?? AppError.from(thrown);
      return refuseCaller(failure, request, reply, parts.logger);
    }
    const isLimited = actor.kind !== 'anonymous' && actor.registeredOperationsOnly === true;
    const unregistered = isLimited ? parts.persisted.refusalOf(query) : undefined;
    if (unregistered) {
      const { status, code, message } = unregistered;
      return refuse(request, reply, status, refusal(code, message));
    }
    const name = query === undefined ? undefined : parts.operationNames.of(query, operationName);
    const identity: RequestIdentity = {
      actor,
      requestId,
      correlationId: requestId,
      operation: name,
      clientIp: request.ip,
    };
    return withTrace(traceOf(requestId, actor, name), () =>
      inSpan('operation', 'server', {}, async () => {
        const traceparent = currentTraceIfAny()?.traceparent ?? newTraceparent();
        const isToolCall = parts.toolCalls.isIssued(request.headers[TOOL_CALL_HEADER]);
        contexts.set(request, { identity, traceparent, isToolCall });
        return serve(graph.apollo).call(app, request, reply);
      }),
    );
  };

  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    // Every answer tells what is left; one given before the caller was known is the address's.
    async onSend(request, reply) {
      const context = contexts.get(request) ?? unknownCaller(request.ip);
      reply.headers(rateHeaders(parts.charges.settle(context)));
    },
    async handler(request, reply) {
      const requestId = newId('req');
      reply.header('x-request-id', requestId).header('cache-control', 'no-store');
      return parts.graphs.use((graph) =>
        withTrace(traceOf(requestId, { kind: 'anonymous' }), () => answer(graph, requestId, request, reply)),
      );
    },
  });
}

type Operation =
  | { readonly ok: false; readonly message: string }
  | {
      readonly ok: true;
      readonly query: string | undefined;
      readonly operationName: string | undefined;
      readonly extensions: unknown;
    };

/** Finds the document; a parsed body takes the place of the bytes, which Apollo Server goes on with. */
function readOperation(request: FastifyRequest): Operation {
  if (request.method === 'GET') {
    const { query, operationName, extensions } = request.query as Record<string, unknown>;
    return {
      ok: true,
      query: textOf(query),
      operationName: textOf(operationName),
      extensions: jsonOf(textOf(extensions)),
    };
  }
  const parsed = parseBody(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
  if (!parsed.ok) return parsed;
  request.body = parsed.body;
  const { query, operationName, extensions } = parsed.body;
  return { ok: true, query: textOf(query), operationName: textOf(operationName), extensions };
}

/** Apollo Server refuses what is no JSON. */
function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function traceOf(requestId: string, actor: Actor, operation?: string): Trace {
  const who =
    actor.kind === 'anonymous'
      ? actor
      : { kind: actor.kind, userId: actor.userId, apiKeyId: actor.apiKeyId, agentId: actor.agentId };
  return { requestId, correlationId: requestId, causationId: requestId, operation, actor: who };
}

/** W3C Trace Context, version 00. The client's own is not continued: it could tie strangers' traces together. */
export function newTraceparent(): string {
  return `00-${randomDigits()}${randomDigits()}-${randomDigits()}-01`;
}

/** 16 hexadecimal digits. Nobody gains by guessing them, as OpenTelemetry's own generator has it. */
function randomDigits(): string {
  const half = (): string =>
    Math.trunc(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return half() + half();
}
