import type { ConfigShape } from '@switchboard/config';
import { IDENTITY_HEADER, IdentitySigner, type WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import {
  migrationsOf,
  type RunningService,
  type ServiceDefinition,
  startService,
} from '@switchboard/service';
import type { DatabaseLocation } from '@switchboard/storage';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { exportJWK, generateKeyPair } from 'jose';
import { startBroker, type TestBroker } from './broker.ts';
import { type FakeAuth, startFakeAuth } from './fake-auth.ts';
import { freePort } from './free-port.ts';
import { databaseImage } from './memory-database.ts';
import { SandboxControl } from './sandbox-control.ts';

/** One answer of a subgraph. */
export interface GraphqlAnswer<T> {
  readonly status: number;
  readonly data: T | null | undefined;
  readonly errors:
    | readonly { message: string; path?: (string | number)[]; extensions: { code: string } }[]
    | undefined;
}

/** A service under test: real broker, real database, the vendors' sandbox, and a stand-in for auth. */
export interface TestService {
  readonly service: RunningService;
  readonly broker: TestBroker;
  readonly sandbox: Sandbox;
  /** The sandbox's control API. */
  readonly control: SandboxControl;
  readonly auth: FakeAuth;
  /** Sends an operation as the gateway would, on behalf of an actor. */
  graphql<T = Record<string, unknown>>(
    actor: WorkspaceActor | { readonly kind: 'anonymous' },
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<GraphqlAnswer<T>>;
  stop(): Promise<void>;
}

const ALL_SCOPES = [
  'mail:read',
  'mail:send',
  'telephony:read',
  'telephony:send',
  'telephony:manage',
  'billing:read',
  'billing:charge',
  'billing:refund',
  'meetings:read',
  'meetings:write',
  'audit:read',
  'webhooks:manage',
  'workspace:admin',
];

/** A user of a new workspace who may do everything. */
export function testActor(overrides: Partial<WorkspaceActor> = {}): WorkspaceActor {
  return {
    kind: 'user',
    workspaceId: newId('wsp'),
    userId: newId('usr'),
    mode: 'live',
    role: 'OWNER',
    scopes: ALL_SCOPES,
    ...overrides,
  };
}

/**
 * @param options.environment variables of the service beyond what the host needs.
 * @param options.location another database than an embedded one in memory.
 */
export async function startTestService<S extends ConfigShape>(
  definition: ServiceDefinition<S>,
  options: { environment?: Readonly<Record<string, string>>; location?: DatabaseLocation } = {},
): Promise<TestService> {
  const { name } = definition;
  const broker = await startBroker();
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const sandbox = await startSandbox({ port: 0, smtpPort: 0, publicUrl });
  const auth = await startFakeAuth(await broker.connect('auth'), sandbox);
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const signer = await IdentitySigner.create(await exportJWK(privateKey));
  const location = options.location ?? (await emptyDatabase(definition as unknown as ServiceDefinition));
  const prefix = name.toUpperCase();
  const service = await startService(
    definition,
    {
      NATS_URL: broker.url,
      PUBLIC_URL: publicUrl,
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
      IDENTITY_PUBLIC_JWK: JSON.stringify(await exportJWK(publicKey)),
      [`${prefix}_PORT`]: String(port),
      [`${prefix}_NATS_PASSWORD`]: name,
      ...options.environment,
    },
    { location },
  );
  return {
    service,
    broker,
    sandbox,
    control: new SandboxControl(sandbox.url),
    auth,
    async graphql(actor, query, variables) {
      const body = JSON.stringify({ query, variables });
      const requestId = newId('req');
      const operation = /(?:mutation|query)[^{]*\{\s*(\w+)/.exec(query)?.[1];
      const identity = { actor, requestId, correlationId: requestId, operation };
      const response = await fetch(`${service.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [IDENTITY_HEADER]: await signer.sign(identity, name, body),
        },
        body,
      });
      const answer = (await response.json()) as { data?: never; errors?: never };
      return { status: response.status, data: answer.data, errors: answer.errors };
    },
    async stop() {
      await service.stop();
      await sandbox.close();
      await broker.stop();
    },
  };
}

async function emptyDatabase(definition: ServiceDefinition): Promise<DatabaseLocation> {
  const { name: service, entities } = definition;
  return {
    kind: 'memory',
    image: await databaseImage({ service, entities, migrations: migrationsOf(definition) }),
  };
}
