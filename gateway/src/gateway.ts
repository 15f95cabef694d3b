import { fileURLToPath } from 'node:url';
import { IdentitySigner } from '@switchboard/identity';
import type { Broker } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import { addDrain, type Drain, type OperationLimits, refuseTransportError } from '@switchboard/subgraph';
import { type FastifyInstance, fastify } from 'fastify';
import { Pool } from 'undici';
import { EntityCache } from './cache/entity-cache.ts';
import {
  type CallerLimits,
  DEFAULT_CALLER_LIMITS,
  ENTITY_CACHE_MIB,
  type GatewayConfig,
  SERVICES,
  type ServiceName,
} from './config.ts';
import type { SubgraphClientOptions } from './graph/subgraph-client.ts';
import { SubgraphClients } from './graph/subgraph-clients.ts';
import { addExplorer } from './http/explorer.ts';
import { addGraphqlRoute } from './http/graphql-route.ts';
import { addHealthRoutes, type ProbedPart } from './http/health.ts';
import { addIntegrationsHealthRoute, INTEGRATIONS_QUERY } from './http/integrations-health.ts';
import { OperationNames } from './http/operation-names.ts';
import { addSecurityHeaders } from './http/security-headers.ts';
import { ApiKeys, type ApiKeyVerifier } from './identity/api-keys.ts';
import type { RevocationListener } from './identity/auth-link.ts';
import { Authenticator } from './identity/authenticator.ts';
import { JwksCache } from './identity/jwks.ts';
import { OpenSessions, type SessionChecker } from './identity/open-sessions.ts';
import { SessionVerifier } from './identity/sessions.ts';
import { addMcpRoute } from './mcp/mcp-route.ts';
import { OperationsSeen } from './operations-seen/operations-seen.ts';
import { PersistedOperations } from './persisted/persisted-operations.ts';
import { digestOf, type RegisteredOperations } from './persisted/registered-operations.ts';
import { addConsentCallbackProxy } from './proxy/consent-callbacks.ts';
import { addDataExportProxy } from './proxy/data-exports.ts';
import { addUploadProxy } from './proxy/uploads.ts';
import { addWebhookProxy } from './proxy/webhooks.ts';
import { OperationCharges } from './rates/charge-operations.ts';
import { RateAccounts } from './rates/rate-accounts.ts';
import { SharedRates } from './rates/shared-rates.ts';
import { CurrentGraph } from './reload/current-graph.ts';
import { type EventSource, NO_EVENTS } from './subscriptions/event-link.ts';
import {
  SUBSCRIPTION_LIMITS,
  type SubscriptionLimits,
  Subscriptions,
} from './subscriptions/subscriptions.ts';
import { EndDelivery } from './tool-audit/deliver-ends.ts';
import type { ToolAudit } from './tool-audit/tool-audit.ts';
import { ToolCallMarks } from './tool-audit/tool-call-marks.ts';

const BODY_BYTES_MAX = 256 * 1_024;
const CLOSE_TIMEOUT_MS = 8_000;
const PROXY_CONNECTIONS_MAX = 32;
const EXPLORER = fileURLToPath(new URL('../explorer/dist', import.meta.url));

const LIMITS: OperationLimits = { depthMax: 12, aliasesMax: 30, directivesMax: 50, tokensMax: 2_000 };

/** What the gateway is made of besides its configuration. */
export interface GatewayParts {
  readonly config: Omit<
    GatewayConfig,
    | 'broker'
    | 'logLevel'
    | 'supergraphFile'
    | 'metricsPort'
    | 'tracing'
    | 'limits'
    | 'persistedOperationsFile'
    | 'registeredOperationsOnly'
    | 'subscriptions'
    | 'entityCacheMib'
  > & {
    readonly limits?: CallerLimits;
    readonly registeredOperationsOnly?: boolean;
    readonly subscriptions?: SubscriptionLimits;
    readonly entityCacheMib?: number;
  };
  readonly supergraphSdl: string;
  readonly apiKeyVerifier: ApiKeyVerifier;
  readonly sessionChecker: SessionChecker;
  /** Where calls of tools are recorded. */
  readonly toolAudit: ToolAudit;
  /** Where subscriptions get events from; without it they stay silent. */
  readonly events?: EventSource;
  readonly logger: Logger;
  readonly subgraphClients?: SubgraphClientOptions;
  /** Documents by digest; see `readRegisteredOperations`. */
  readonly registeredOperations?: RegisteredOperations;
  /** What the gateway is linked to besides services: `/health/ready` shows it, and waits for it at the start. */
  readonly probes?: readonly ProbedPart[];
}

export interface Gateway extends RevocationListener {
  /** What callers spend here counts at the other gateways on the broker, and the other way round. */
  shareLimits(broker: Broker): void;
  /**
   * Serves another supergraph from now on, without dropping a request or a subscription.
   * @throws Error that says what is wrong with it; then everything is as it was.
   */
  replaceSupergraph(sdl: string): Promise<void>;
  /** What callers send is recorded there, so that changes of the graph can be checked against it. */
  recordOperations(broker: Broker): void;
  /** Starts listening. @returns the base URL. */
  listen(): Promise<string>;
  /** Subscriptions that are open right now. */
  subscriptionCount(): number;
  /** Sends clients elsewhere while everything is still answered, for up to a second. To be called before `close`. */
  drain(): Promise<void>;
  /** Stops listening, lets requests finish for up to 8 s, then cuts them. */
  close(): Promise<void>;
}

/**
 * Builds the gateway. No subgraph has to be up: the supergraph is a file.
 * @throws Error that says what is wrong with the supergraph.
 */
export async function createGateway(parts: GatewayParts): Promise<Gateway> {
  const { config, logger, events = NO_EVENTS } = parts;
  const signer = await IdentitySigner.create(config.identityPrivateJwk);
  const clients = new SubgraphClients(config.serviceUrls, signer, logger, parts.subgraphClients);
  const registered = new Map(parts.registeredOperations ?? []);
  registered.set(digestOf(INTEGRATIONS_QUERY), INTEGRATIONS_QUERY);
  const persisted = new PersistedOperations({
    registered,
    registeredOnly: config.registeredOperationsOnly ?? false,
  });
  const { bucketPoints, refillPerMinute, operationCostMax } = config.limits ?? DEFAULT_CALLER_LIMITS;
  const accounts = new RateAccounts({ capacity: bucketPoints, refillPerMinute });
  const sharedRates = new SharedRates(accounts, logger);
  const charges = new OperationCharges(accounts, operationCostMax);
  const entities = new EntityCache((config.entityCacheMib ?? ENTITY_CACHE_MIB) * 1_024 * 1_024);
  const toolEnds = new EndDelivery(parts.toolAudit, logger);
  const toolCalls = new ToolCallMarks();
  const operationsSeen = new OperationsSeen(logger);
  const graphs = await CurrentGraph.load(parts.supergraphSdl, {
    clients,
    entities,
    charges,
    persisted,
    limits: LIMITS,
    toolAudit: parts.toolAudit,
    toolEnds,
    operationsSeen,
    logger,
  });

  const openSessions = new OpenSessions(parts.sessionChecker);
  const apiKeys = new ApiKeys(parts.apiKeyVerifier);
  const sessions = new SessionVerifier(new JwksCache(config.jwksUrl).getKey, openSessions);
  const pools = proxyPools(config);

  const authenticator = new Authenticator(sessions, apiKeys);

  const { app, drain } = createApp(config, logger);
  const subscriptions = new Subscriptions(app, {
    graphs,
    authenticator,
    charges,
    readEvents: (options) => events.read(options),
    persisted,
    operationsSeen,
    limits: config.subscriptions ?? SUBSCRIPTION_LIMITS,
    messageBytesMax: BODY_BYTES_MAX,
    publicUrl: config.publicUrl,
    logger,
  });
  addIntegrationsHealthRoute(app);
  addMcpRoute(app, { graphs, toolCalls, authenticator, charges, publicUrl: config.publicUrl, logger });
  addHealthRoutes(app, { services: () => graphs.now.subgraphs, links: parts.probes ?? [] });
  addGraphqlRoute(app, {
    graphs,
    operationNames: new OperationNames(),
    authenticator,
    publicUrl: config.publicUrl,
    charges,
    persisted,
    toolCalls,
    logger,
  });
  app.get('/schema.graphql', async (_request, reply) =>
    reply.header('content-type', 'text/plain; charset=utf-8').send(graphs.now.publicSdl),
  );
  addWebhookProxy(app, pools, logger);
  addUploadProxy(app, pools.mail, logger);
  addDataExportProxy(app, pools.auth, logger);
  addConsentCallbackProxy(app, pools.auth, logger);
  addExplorer(app, EXPLORER);

  const revocations: RevocationListener = {
    apiKeyRevoked(apiKeyId) {
      apiKeys.revoke(apiKeyId);
      subscriptions.callers.apiKeyRevoked(apiKeyId);
    },
    sessionRevoked(sessionId) {
      openSessions.revoke(sessionId);
      subscriptions.callers.sessionRevoked(sessionId);
    },
    workspaceSuspended(workspaceId) {
      apiKeys.suspend(workspaceId);
      subscriptions.callers.workspaceSuspended(workspaceId);
    },
    reconnected() {
      openSessions.forgetConfirmed();
      subscriptions.callers.reconnected();
    },
  };
  events.open(subscriptions.listener(revocations, entities, clients));

  return {
    ...revocations,
    drain,
    subscriptionCount: () => subscriptions.count,
    listen: () => app.listen({ host: config.host, port: config.port }),
    shareLimits: (broker) => sharedRates.join(broker),
    replaceSupergraph: (sdl) => graphs.replace(sdl),
    recordOperations: (broker) => operationsSeen.join(broker),
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS);
      try {
        await subscriptions.close();
        await app.close();
        await graphs.close();
        await toolEnds.close();
        sharedRates.close();
        operationsSeen.close();
      } finally {
        clearTimeout(cut);
        await clients.close();
        await Promise.all(Object.values(pools).map((pool) => pool.destroy()));
      }
    },
  };
}

function createApp(config: GatewayParts['config'], logger: Logger): { app: FastifyInstance; drain: Drain } {
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: 'idle',
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
  });
  const drain = addDrain(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if ((error.statusCode ?? 500) >= 500) logger.error({ err: error }, 'request failed');
    return refuseTransportError(error, request, reply);
  });
  addSecurityHeaders(app, config.publicUrl);
  return { app, drain };
}

function proxyPools(config: GatewayParts['config']): Record<ServiceName, Pool> {
  const pool = (name: ServiceName) =>
    new Pool(new URL(config.serviceUrls[name]).origin, {
      connections: PROXY_CONNECTIONS_MAX,
      connect: { timeout: 1_000 },
    });
  return Object.fromEntries(SERVICES.map((name) => [name, pool(name)])) as Record<ServiceName, Pool>;
}
