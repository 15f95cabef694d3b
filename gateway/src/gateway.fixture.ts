import { AppError } from '@switchboard/errors';
import { createLogger } from '@switchboard/observability';
import { createSubgraphServer, type Subgraph } from '@switchboard/subgraph';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { type CallerLimits, DEFAULT_CALLER_LIMITS } from './config.ts';
import { createGateway, type Gateway } from './gateway.ts';
import type { SubgraphClientOptions } from './graph/subgraph-client.ts';
import { startStub } from './http.fixture.ts';
import type { ApiKeyHolder } from './identity/api-keys.ts';
import { mailSubgraph, supergraphSdl, telephonySubgraph } from './small-services.fixture.ts';
import type { EventSource } from './subscriptions/event-link.ts';
import { SUBSCRIPTION_LIMITS, type SubscriptionLimits } from './subscriptions/subscriptions.ts';
import type { ToolAudit } from './tool-audit/tool-audit.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
  readonly body: any;
  readonly headers: Headers;
}

export interface GatewayFixture {
  readonly url: string;
  readonly gateway: Gateway;
  readonly log: string[];
  /** What the fake verifier of API keys knows and how often it was asked. */
  readonly apiKeys: { holder: ApiKeyHolder | undefined; down: boolean; asked: number };
  /** What the fake auth says about sessions. */
  readonly sessions: { closed: Set<string>; down: boolean };
  token(overrides?: Record<string, unknown>): Promise<string>;
  post(body: string | object, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

const ALL_SCOPES = ['telephony:read', 'telephony:send', 'billing:read', 'mail:read'];

type ServiceUrls = Partial<Record<'auth' | 'mail' | 'telephony' | 'billing' | 'meetings' | 'audit', string>>;

/** A gateway over two fake services, each of which may be replaced by any URL. */
export async function startGateway(
  urls: ServiceUrls = {},
  options: {
    readonly supergraphSdl?: string;
    readonly subgraphClients?: SubgraphClientOptions;
    readonly limits?: Partial<CallerLimits>;
    readonly registeredOperations?: ReadonlyMap<string, string>;
    readonly registeredOnly?: boolean;
    readonly events?: EventSource;
    readonly toolAudit?: ToolAudit;
    readonly streamLimits?: Partial<SubscriptionLimits>;
  } = {},
): Promise<GatewayFixture> {
  const identity = await generateKeyPair('EdDSA', { extractable: true });
  const session = await generateKeyPair('EdDSA', { extractable: true });
  const publicJwk = await exportJWK(identity.publicKey);
  const quiet = createLogger('test', { level: 'silent' });
  const closers: (() => Promise<void>)[] = [];
  const serve = async (subgraph: Subgraph) => {
    const server = await createSubgraphServer({
      subgraph,
      identity: publicJwk,
      logger: quiet,
      readiness: async () => [],
      host: '127.0.0.1',
      port: 0,
    });
    closers.push(() => server.close());
    return server.listen();
  };
  const sessionJwk: JWK = { ...(await exportJWK(session.publicKey)), kid: 'k1', alg: 'EdDSA' };
  const jwks = await startStub((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [sessionJwk] }));
  });
  closers.push(() => jwks.close());

  const log: string[] = [];
  const { Writable } = await import('node:stream');
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk));
      done();
    },
  });
  const apiKeys: GatewayFixture['apiKeys'] = { holder: undefined, down: false, asked: 0 };
  const sessions: GatewayFixture['sessions'] = { closed: new Set(), down: false };
  const nowhere = 'http://127.0.0.1:9';
  const gateway = await createGateway({
    config: {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'http://localhost:4000',
      identityPrivateJwk: (await exportJWK(identity.privateKey)) as Record<string, unknown>,
      jwksUrl: jwks.url,
      trustedProxies: [],
      // Out of the way unless a test is about them.
      limits: { ...DEFAULT_CALLER_LIMITS, bucketPoints: 1_000_000, ...options.limits },
      registeredOperationsOnly: options.registeredOnly ?? false,
      subscriptions: {
        ...SUBSCRIPTION_LIMITS,
        perAddress: 5_000,
        perCaller: 5_000,
        ...options.streamLimits,
      },
      serviceUrls: {
        auth: urls.auth ?? nowhere,
        mail: urls.mail ?? (await serve(mailSubgraph())),
        telephony: urls.telephony ?? (await serve(telephonySubgraph())),
        billing: urls.billing ?? nowhere,
        meetings: urls.meetings ?? nowhere,
        audit: urls.audit ?? nowhere,
      },
    },
    supergraphSdl: options.supergraphSdl ?? supergraphSdl(),
    subgraphClients: options.subgraphClients ?? {},
    ...(options.registeredOperations && { registeredOperations: options.registeredOperations }),
    ...(options.events && { events: options.events }),
    // Nobody reads these records unless a test is about them.
    toolAudit: options.toolAudit ?? { begin: async () => {}, finish: async () => {} },
    apiKeyVerifier: {
      async verify() {
        apiKeys.asked += 1;
        if (apiKeys.down) throw new AppError('UNAVAILABLE', 'broker away');
        return apiKeys.holder;
      },
    },
    sessionChecker: {
      async isOpen(sessionId) {
        if (sessions.down) throw new AppError('UNAVAILABLE', 'broker away');
        return !sessions.closed.has(sessionId);
      },
    },
    logger: createLogger('gateway', { destination }),
  });
  const url = await gateway.listen();
  const token: GatewayFixture['token'] = (overrides = {}) =>
    new SignJWT({
      ws: 'wsp_1',
      sid: 'ses_1',
      role: 'OWNER',
      scopes: ALL_SCOPES,
      mode: 'live',
      sub: 'usr_1',
      iss: 'switchboard-auth',
      aud: 'switchboard',
      exp: Math.floor(Date.now() / 1_000) + 900,
      ...overrides,
    })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
      .sign(session.privateKey);
  const bearer = `Bearer ${await token()}`;
  return {
    url,
    gateway,
    log,
    apiKeys,
    sessions,
    token,
    async post(body, headers = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', authorization: bearer, ...headers },
      });
      const text = await response.text();
      return {
        status: response.status,
        body: JSON.parse(text),
        headers: response.headers,
      };
    },
    async close() {
      await gateway.close();
      await Promise.all(closers.map((close) => close()));
    },
  };
}
