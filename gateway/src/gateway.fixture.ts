import 'reflect-metadata';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { composeSupergraph } from '@switchboard/composition/compose';
import { AppError } from '@switchboard/errors';
import { createLogger } from '@switchboard/observability';
import {
  SmsFailedSchema,
  SmsOptedOutSchema,
  SmsReceivedSchema,
  SmsSentSchema,
} from '@switchboard/proto-schemas/evt/telephony';
import {
  buildSubgraph,
  byKey,
  CacheControl,
  ConnectionArgs,
  connectionOf,
  createSubgraphServer,
  DateTime,
  Key,
  Money,
  Node,
  NodePrefix,
  planPage,
  RequiresScopes,
  Streams,
  type Subgraph,
  type SubgraphContext,
  Text,
  Tool,
  toConnection,
  UserError,
  userError,
} from '@switchboard/subgraph';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import { type CallerLimits, DEFAULT_CALLER_LIMITS } from './config.ts';
import { createGateway, type Gateway } from './gateway.ts';
import type { SubgraphClientOptions } from './graph/subgraph-client.ts';
import type { ApiKeyHolder } from './identity/api-keys.ts';
import type { EventSource } from './subscriptions/event-link.ts';
import { SUBSCRIPTION_LIMITS, type SubscriptionLimits } from './subscriptions/subscriptions.ts';
import type { ToolAudit } from './tool-audit/tool-audit.ts';

export function smsId(n: number): string {
  return `sms_01J${n.toString().padStart(23, '0')}`;
}
export function messageId(n: number): string {
  return `msg_01J${n.toString().padStart(23, '0')}`;
}

@Key('id')
@NodePrefix('sms')
@CacheControl({ maxAge: 60, droppedBy: [SmsOptedOutSchema] })
@ObjectType('Sms', { implements: Node, description: 'A text message.' })
export class Sms extends Node {
  @Field(() => String)
  body!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @RequiresScopes('billing:read')
  @Field(() => Money, { nullable: true })
  price!: Money | null;
}

@Key('address')
@ObjectType('ContactPoint')
class TelephonyContactPoint {
  @Field(() => String)
  address!: string;
}

/** What the fake services saw and did. */
export const seen = {
  smsBatches: [] as number[],
  sessionCreates: 0,
  contexts: [] as SubgraphContext[],
};

/** The texts that `smsSend` was called with, and what else happens meanwhile. */
export const sending = { bodies: [] as string[], meanwhile: async () => {} };

function sms(id: string): Sms {
  return { id, body: `body of ${id}`, createdAt: new Date(0), price: { amountMinor: 79n, currency: 'USD' } };
}

@InputType('SmsSendInput')
class SmsSendInput {
  @Text({ maxLength: 1_600, multiline: true })
  @Field(() => String)
  body!: string;
}

@ObjectType('SmsSendPayload')
class SmsSendPayload {
  @Field(() => Sms, { nullable: true })
  sms!: Sms | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver(() => Sms)
class SmsResolver {
  @Tool()
  @RequiresScopes('telephony:read')
  @Query(() => connectionOf(Sms))
  smsMessages(@Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() context: SubgraphContext) {
    seen.contexts.push(context);
    const plan = planPage(args);
    return toConnection(
      [1, 2].map((n) => sms(smsId(n))),
      plan,
    );
  }

  @Tool()
  @RequiresScopes('telephony:send')
  @Mutation(() => SmsSendPayload, { description: 'Sends a text message.' })
  async smsSend(@Arg('input', () => SmsSendInput) input: SmsSendInput): Promise<SmsSendPayload> {
    sending.bodies.push(input.body);
    await sending.meanwhile();
    if (input.body === 'refuse') {
      return { sms: null, userErrors: [userError('OPTED_OUT', 'They wrote STOP.')] };
    }
    if (input.body === 'fail') {
      throw new AppError('CONFLICT', 'x', { publicMessage: 'No number to send from.' });
    }
    return { sms: { ...sms(smsId(1)), body: input.body }, userErrors: [] };
  }

  @RequiresScopes('telephony:read')
  @Streams(() => Sms, { on: [SmsReceivedSchema], id: 'smsId', description: 'Texts as they come in.' })
  smsReceived(): Sms | null {
    return null;
  }

  @RequiresScopes('telephony:read')
  @Streams(() => Sms, {
    on: [SmsSentSchema, SmsFailedSchema],
    id: 'smsId',
    description: 'Texts on their way.',
  })
  smsStatusChanged(@Arg('id', () => ID, { nullable: true }) _id: string | null): Sms | null {
    return null;
  }

  @Mutation(() => Boolean, { nullable: true })
  sessionCreate(): boolean {
    seen.sessionCreates += 1;
    return true;
  }

  @Query(() => String, { nullable: true })
  vendor(@Arg('how', () => String) how: string): string {
    if (how === 'limited') {
      throw new AppError('RATE_LIMITED', 'x', { publicMessage: 'Slow down.', retryAfterMs: 2_000 });
    }
    throw new Error('secret at db.internal');
  }
}

@Resolver(() => TelephonyContactPoint)
class TelephonyContactResolver {
  @RequiresScopes('telephony:read')
  @FieldResolver(() => [Sms], { nullable: true })
  smsMessages(): Sms[] {
    return [sms(smsId(1))];
  }
}

export function telephonySubgraph(): Subgraph {
  return buildSubgraph({
    name: 'telephony',
    resolvers: [SmsResolver, TelephonyContactResolver],
    orphanedTypes: [TelephonyContactPoint],
    references: {
      Sms: async (ids, { actor }) => {
        seen.smsBatches.push(ids.length);
        // 2 belongs to somebody else; 404 does not exist.
        return ids.map((id) =>
          actor.kind === 'anonymous' || id === smsId(2) || id === smsId(404) ? null : sms(id),
        );
      },
      ContactPoint: byKey('address', async (addresses) => addresses.map((address) => ({ address }))),
    },
  });
}

@Key('id')
@NodePrefix('msg')
@ObjectType('MailMessage', { implements: Node })
export class MailMessage extends Node {
  @Field(() => String)
  subject!: string;

  @Field(() => [SmsStub])
  texts!: SmsStub[];
}

@Key('id', { resolvable: false })
@ObjectType('Sms', { implements: Node })
class SmsStub extends Node {}

@Key('address')
@ObjectType('ContactPoint')
class MailContactPoint {
  @Field(() => String)
  address!: string;
}

@Resolver(() => MailMessage)
class MailResolver {
  @Query(() => [MailMessage], { nullable: true })
  mailMessages(@Arg('count', () => ID, { nullable: true }) count: string | null): MailMessage[] {
    const texts = Array.from({ length: Number(count ?? 1) }, (_, n) => ({ id: smsId(n + 1_000) }));
    return [{ id: messageId(1), subject: 'Hello', texts }];
  }
}

@Resolver(() => MailContactPoint)
class MailContactResolver {
  @FieldResolver(() => [MailMessage], { nullable: true })
  mailMessages(): MailMessage[] {
    return [{ id: messageId(1), subject: 'Hello', texts: [] }];
  }
}

export function mailSubgraph(): Subgraph {
  return buildSubgraph({
    name: 'mail',
    resolvers: [MailResolver, MailContactResolver],
    orphanedTypes: [MailContactPoint],
    references: {
      MailMessage: async (ids) => ids.map((id) => ({ id, subject: 'Hello', texts: [] })),
      ContactPoint: byKey('address', async (addresses) => addresses.map((address) => ({ address }))),
    },
  });
}

export function supergraphSdl(): string {
  const composition = composeSupergraph([
    { name: 'mail', sdl: mailSubgraph().sdl },
    { name: 'telephony', sdl: telephonySubgraph().sdl },
  ]);
  if (!composition.ok) throw new Error(composition.faults.join('\n'));
  return composition.supergraphSdl;
}

export interface Stub {
  readonly url: string;
  close(): Promise<void>;
}

/** A plain HTTP server on a free port. */
export async function startStub(listener: RequestListener): Promise<Stub> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Bytes on the heap after everything that nobody holds was collected. */
export function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

/**
 * Sends many requests over one connection without waiting in between.
 * @param mark a piece of text that each answer is meant to hold.
 * @returns how many did.
 */
export async function answersOf(url: string, mark: string, bodies: readonly string[]): Promise<number> {
  const { host, hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const heads = `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: `;
  socket.write(bodies.map((body) => `${heads}${Buffer.byteLength(body)}\r\n\r\n${body}`).join(''));
  const count = (text: string, word: string) => text.split(word).length - 1;
  let received = '';
  for await (const chunk of socket) {
    received += chunk;
    // Every operation's answer ends with what it cost.
    if (count(received, '"remaining":') >= bodies.length) break;
  }
  socket.destroy();
  return count(received, mark);
}

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
