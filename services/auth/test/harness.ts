import { IDENTITY_HEADER, IdentitySigner, type WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { RpcClient } from '@switchboard/messaging';
import { migrationsOf, type RunningService, startService } from '@switchboard/service';
import type { DatabaseLocation } from '@switchboard/storage';
import { databaseImage, freePort, startBroker, type TestBroker } from '@switchboard/testing';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, jwtVerify } from 'jose';

import { authService, type Intervals } from '../src/service.ts';

const HOUR_MS = 3_600_000;

type Anonymous = { readonly kind: 'anonymous' };
export const ANONYMOUS: Anonymous = { kind: 'anonymous' };

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
type Loose = any;

/** A running auth service with a broker, an embedded database and a clock that stands still until it is moved. */
export interface TestAuth {
  readonly service: RunningService;
  readonly broker: TestBroker;
  readonly clock: { now: Date; advance(ms: number): void };
  /** Another service's way to ask. */
  asker(user: string): Promise<RpcClient>;
  graphql(
    actor: WorkspaceActor | Anonymous,
    query: string,
    variables?: Record<string, unknown>,
    clientIp?: string,
  ): Promise<{ data: Loose; errors: Loose }>;
  /** The only field of a mutation with one input. */
  mutate(
    actor: WorkspaceActor | Anonymous,
    field: string,
    input: Record<string, unknown>,
    selection: string,
    clientIp?: string,
  ): Promise<Loose>;
  /** Claims of an access token, verified by the published keys. */
  claimsOf(accessToken: string): Promise<JWTPayload & Record<string, Loose>>;
  /** The actor the gateway makes of an access token. */
  actorOf(accessToken: string): Promise<WorkspaceActor>;
  /** Everything recorded so far, oldest first. */
  events(): Promise<{ type: string; workspaceId: string; payload: Uint8Array }[]>;
  stop(): Promise<void>;
}

/**
 * @param environment variables beyond what a sandbox-only installation needs.
 * @param location an empty database in memory when absent.
 * @param intervals how often due work is looked for; practically never, unless a test is about it.
 */
export async function startAuth(
  environment: Readonly<Record<string, string>> = {},
  location?: DatabaseLocation,
  intervals: Partial<Intervals> = {},
): Promise<TestAuth> {
  const broker = await startBroker();
  const clock = {
    now: new Date('2026-11-20T09:00:00Z'),
    advance(ms: number) {
      clock.now = new Date(clock.now.getTime() + ms);
    },
  };
  const definition = authService(() => clock.now, {
    tokenCareMs: HOUR_MS,
    dataCareMs: HOUR_MS,
    checksMs: HOUR_MS,
    ...intervals,
  });
  const identityKeys = await generateKeyPair('EdDSA', { extractable: true });
  const sessionKeys = await generateKeyPair('EdDSA', { extractable: true });
  const signer = await IdentitySigner.create(await exportJWK(identityKeys.privateKey));
  const port = await freePort();
  const sessionJwk = { ...(await exportJWK(sessionKeys.privateKey)), kid: 'session-1' };
  const service = await startService(
    definition,
    {
      NATS_URL: broker.url,
      PUBLIC_URL: 'http://switchboard.test',
      LOG_LEVEL: 'silent',
      IDENTITY_PUBLIC_JWK: JSON.stringify(await exportJWK(identityKeys.publicKey)),
      AUTH_PORT: String(port),
      AUTH_NATS_PASSWORD: 'auth',
      AUTH_SESSION_PRIVATE_JWK: JSON.stringify(sessionJwk),
      AUTH_VAULT_KEY: Buffer.alloc(32, 7).toString('base64'),
      AUTH_SANDBOX_URL: 'http://127.0.0.1:4010',
      ...environment,
    },
    { location: location ?? (await emptyDatabase(definition)) },
  ).catch(async (thrown) => {
    await broker.stop();
    throw thrown;
  });

  const graphql: TestAuth['graphql'] = async (actor, query, variables, clientIp) => {
    const body = JSON.stringify({ query, variables });
    const requestId = newId('req');
    const identity = { actor, requestId, correlationId: requestId, clientIp };
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [IDENTITY_HEADER]: await signer.sign(identity, 'auth', body),
      },
      body,
    });
    return (await response.json()) as { data: Loose; errors: Loose };
  };
  const claimsOf: TestAuth['claimsOf'] = async (accessToken) => {
    const jwks = await (await fetch(`${service.url}/.well-known/jwks.json`)).json();
    const verified = await jwtVerify(accessToken, createLocalJWKSet(jwks as never), {
      issuer: 'switchboard-auth',
      audience: 'switchboard',
      algorithms: ['EdDSA'],
      currentDate: clock.now,
    });
    return verified.payload;
  };
  const askers = new Map<string, Promise<RpcClient>>();
  return {
    service,
    broker,
    clock,
    asker(user) {
      const known = askers.get(user) ?? broker.connect(user).then((connection) => new RpcClient(connection));
      askers.set(user, known);
      return known;
    },
    graphql,
    async mutate(actor, field, input, selection, clientIp) {
      const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
      const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} userErrors { __typename code message path } } }`;
      const { data, errors } = await graphql(actor, query, { input }, clientIp);
      return { ...data?.[field], errors };
    },
    claimsOf,
    async actorOf(accessToken) {
      const claims = await claimsOf(accessToken);
      return {
        kind: 'user',
        workspaceId: claims.ws,
        userId: claims.sub,
        role: claims.role,
        scopes: claims.scopes,
        sessionId: claims.sid,
        mode: claims.mode,
      };
    },
    async events() {
      return service.database.transaction({ system: true }, async ({ em }) => {
        const rows = await em.execute<{ type: string; workspace_id: string; payload: Uint8Array }[]>(
          'select type, workspace_id, payload from outbox order by seq',
        );
        return rows.map((row) => ({
          type: row.type.slice('evt.auth.v1.'.length),
          workspaceId: row.workspace_id,
          payload: new Uint8Array(row.payload),
        }));
      });
    },
    async stop() {
      await service.stop();
      await broker.stop();
    },
  };
}

async function emptyDatabase(definition: ReturnType<typeof authService>): Promise<DatabaseLocation> {
  const migrations = migrationsOf(definition as unknown as Parameters<typeof migrationsOf>[0]);
  const image = await databaseImage({ service: 'auth', entities: definition.entities, migrations });
  return { kind: 'memory', image };
}

export const SIGNED_IN =
  'user { id email name isEmailVerified } workspace { id name } session { accessToken refreshToken expiresAt }';

let people = 0;

/** A new person with a workspace, as the owner of it. */
export async function signUp(
  auth: TestAuth,
  overrides: Record<string, unknown> = {},
): Promise<{
  actor: WorkspaceActor;
  email: string;
  password: string;
  session: Loose;
  user: Loose;
  workspace: Loose;
}> {
  people += 1;
  const input = {
    email: `person${people}@example.com`,
    password: 'correct horse battery',
    name: 'Ana Lima',
    workspaceName: 'Lima GmbH',
    ...overrides,
  };
  const { user, workspace, session, userErrors, errors } = await auth.mutate(
    ANONYMOUS,
    'userSignUp',
    input,
    SIGNED_IN,
  );
  if (!session) throw new Error(`sign-up failed: ${JSON.stringify({ userErrors, errors })}`);
  return {
    actor: await auth.actorOf(session.accessToken),
    email: input.email,
    password: input.password,
    session,
    user,
    workspace,
  };
}
