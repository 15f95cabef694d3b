import { fastifyApolloHandler } from '@as-integrations/fastify';
import { AppError } from '@switchboard/errors';
import { IDENTITY_HEADER, IdentityVerifier, type RequestIdentity } from '@switchboard/identity';
import { inSpan, type Logger, type Trace, withTrace } from '@switchboard/observability';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Subgraph } from '../schema/build-subgraph.ts';
import { createSubgraphContext, type SubgraphContext } from '../schema/subgraph-context.ts';
import { apolloForSubgraph } from './apollo-for-subgraph.ts';
import { addDrain } from './drain.ts';
import { parseBody, refusal, refuse, refuseTransportError } from './graphql-http.ts';
import { addHealthRoutes, type Readiness } from './health.ts';
import { createAdmission, type OperationLimits } from './operation-limits.ts';
import { refuseSubscriptions } from './refuse-subscriptions.ts';

const BODY_BYTES_MAX = 256 * 1_024;
const CLOSE_TIMEOUT_MS = 8_000;

/** Wider than the gateway's: a planned sub-operation adds levels, aliases and conditions to the client's. */
const LIMITS: OperationLimits = { depthMax: 20, aliasesMax: 100, directivesMax: 200, tokensMax: 20_000 };

type PublicJwk = NonNullable<Parameters<typeof IdentityVerifier.create>[2]>;

export interface SubgraphServerOptions {
  readonly subgraph: Subgraph;
  /** Accepts the gateway's identities: a verifier for this subgraph's name, or the gateway's public keys. */
  readonly identity: IdentityVerifier | PublicJwk | readonly PublicJwk[];
  /** The supergraph controller's public key, beside the gateway's: it may ask for the SDL and nothing else. */
  readonly sdlReader?: PublicJwk | undefined;
  readonly logger: Logger;
  readonly readiness: Readiness;
  /** Other routes, such as webhooks. Bodies arrive as a `Buffer` unless the route's scope says otherwise. */
  readonly routes?: (app: FastifyInstance) => void | Promise<void>;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface SubgraphServer {
  /** Starts listening. @returns the base URL, such as `http://127.0.0.1:4003`. */
  listen(): Promise<string>;
  /** Sends clients elsewhere while everything is still answered, for up to a second. To be called before `close`. */
  drain(): Promise<void>;
  /** Stops listening, lets requests finish for up to 8 s, then cuts them. */
  close(): Promise<void>;
}

/** Serves a subgraph to the gateway and to nobody else. */
export async function createSubgraphServer(options: SubgraphServerOptions): Promise<SubgraphServer> {
  const { subgraph, logger } = options;
  const verifier =
    options.identity instanceof IdentityVerifier
      ? options.identity
      : await IdentityVerifier.create(options.identity, subgraph.name, options.sdlReader);
  const apollo = apolloForSubgraph(subgraph, LIMITS, logger);
  await apollo.start();

  const app = fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: 'idle' });
  const drain = addDrain(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if ((error.statusCode ?? 500) >= 500) logger.error({ err: error }, 'request failed');
    return refuseTransportError(error, request, reply);
  });
  addHealthRoutes(app, options.readiness);

  const identities = new WeakMap<FastifyRequest, RequestIdentity>();
  const serve = fastifyApolloHandler<SubgraphContext, FastifyInstance['server']>(apollo, {
    context: async (request) => {
      const identity = identities.get(request);
      if (!identity) throw new AppError('UNAUTHENTICATED', 'No identity was established');
      return createSubgraphContext(identity, logger);
    },
  });
  const admit = createAdmission(subgraph.schema, LIMITS, [refuseSubscriptions]);

  // POST only: the identity is bound to the body's bytes, and a GET has its query elsewhere.
  app.post('/graphql', async (request: FastifyRequest, reply: FastifyReply) => {
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const identity = await establish(verifier, request, raw);
    if (!identity) return refuse(request, reply, 401, refusal('UNAUTHENTICATED', 'Not authenticated.'));
    return withTrace(traceOf(identity, request), async () => {
      const parsed = parseBody(raw);
      if (!parsed.ok) return refuse(request, reply, 400, refusal('BAD_REQUEST', parsed.message));
      if (typeof parsed.body.query === 'string') {
        const faults = admit(parsed.body.query);
        if (faults.length > 0)
          return refuse(
            request,
            reply,
            400,
            faults.map((fault) => fault.toJSON()),
          );
      }
      identities.set(request, identity);
      request.body = parsed.body;
      return inSpan(`graphql ${subgraph.name}`, 'server', {}, async () => serve.call(app, request, reply));
    });
  });

  const { routes } = options;
  if (routes) await app.register(async (scope) => routes(scope));

  return {
    drain,
    listen: () => app.listen({ host: options.host, port: options.port }),
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS);
      try {
        await app.close();
        await apollo.stop();
      } finally {
        clearTimeout(cut);
      }
    },
  };
}

async function establish(
  verifier: IdentityVerifier,
  request: FastifyRequest,
  raw: Buffer,
): Promise<RequestIdentity | undefined> {
  const token = request.headers[IDENTITY_HEADER];
  try {
    return await verifier.verify(typeof token === 'string' ? token : undefined, raw);
  } catch {
    return undefined;
  }
}

function traceOf(identity: RequestIdentity, { headers }: FastifyRequest): Trace {
  const { actor, requestId, correlationId, operation } = identity;
  const { traceparent } = headers;
  return {
    requestId,
    correlationId,
    causationId: requestId,
    operation,
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    actor:
      actor.kind === 'anonymous'
        ? { kind: 'anonymous' }
        : { kind: actor.kind, userId: actor.userId, apiKeyId: actor.apiKeyId, agentId: actor.agentId },
  };
}
