import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@switchboard/ids';
import type { EventRecord } from '@switchboard/messaging';
import { freePort, startBroker, startFakeAuth, type TestBroker, testActor } from '@switchboard/testing';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { Balancer } from './balancer.ts';
import { readStream } from './event-stream.ts';
import { type Ending, type ServiceProcess, startProcess, untilReady } from './service-process.ts';

const NOWHERE = 'http://127.0.0.1:9';
const TOKEN_S = 900;
const CALLBACK_RETRY_MS = Array.from({ length: 60 }, () => 500);

export type Part = 'telephony' | 'gateway';

interface Replica {
  readonly part: Part;
  readonly port: number;
  readonly process: ServiceProcess;
}

/**
 * Telephony and the gateway as several real processes each, behind balancers, on one PostgreSQL and one broker.
 * Auth is stood in for; vendors are the sandbox.
 */
export class Replicas {
  readonly #replicas: Replica[] = [];

  private constructor(
    readonly broker: TestBroker,
    private readonly sandbox: Sandbox,
    private readonly jwks: Server,
    private readonly balancers: Readonly<Record<Part, Balancer>>,
    private readonly dataDir: string,
    private readonly environments: Readonly<Record<Part, Readonly<Record<string, string>>>>,
    /** For the header `authorization`; good for a quarter of an hour. */
    readonly authorization: string,
  ) {}

  static async open(databaseUrl: string): Promise<Replicas> {
    const broker = await startBroker();
    const balancers = { telephony: await Balancer.open(), gateway: await Balancer.open() };
    const publicUrl = balancers.gateway.url;
    const sandbox = await startSandbox({ publicUrl, callbackRetryMs: CALLBACK_RETRY_MS });
    await startFakeAuth(await broker.connect('auth'), sandbox);
    const identity = generateKeyPairSync('ed25519');
    const session = generateKeyPairSync('ed25519');
    const jwks = await serveJwks({ ...session.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'EdDSA' });
    const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-replicas-'));
    const common = { NATS_URL: broker.url, PUBLIC_URL: publicUrl, LOG_LEVEL: 'info' };
    const environments = {
      telephony: {
        ...common,
        DATA_DIR: dataDir,
        IDENTITY_PUBLIC_JWK: JSON.stringify(identity.publicKey.export({ format: 'jwk' })),
        TELEPHONY_NATS_PASSWORD: 'telephony',
        TELEPHONY_DATABASE_URL: databaseUrl,
      },
      gateway: {
        ...common,
        GATEWAY_NATS_PASSWORD: 'gateway',
        GATEWAY_IDENTITY_PRIVATE_JWK: JSON.stringify(identity.privateKey.export({ format: 'jwk' })),
        GATEWAY_JWKS_URL: urlOf(jwks),
        GATEWAY_RATE_LIMIT_POINTS: '1000000000',
        GATEWAY_TELEPHONY_URL: balancers.telephony.url,
        ...Object.fromEntries(
          ['AUTH', 'MAIL', 'BILLING', 'MEETINGS', 'AUDIT'].map((name) => [`GATEWAY_${name}_URL`, NOWHERE]),
        ),
      },
    };
    const authorization = `Bearer ${sessionToken(session.privateKey)}`;
    return new Replicas(broker, sandbox, jwks, balancers, dataDir, environments, authorization);
  }

  /** Where clients go. */
  get url(): string {
    return this.balancers.gateway.url;
  }

  /** Starts one more process and sends it a share of what comes, once it is ready. */
  async add(part: Part): Promise<void> {
    const port = await freePort();
    const script = part === 'gateway' ? 'gateway/dist/main.js' : `services/${part}/dist/main.js`;
    const variables = { ...this.environments[part], [`${part.toUpperCase()}_PORT`]: String(port) };
    const replica = { part, port, process: startProcess(script, variables) };
    this.#replicas.push(replica);
    await untilReady(replica.process, `http://127.0.0.1:${port}`);
    this.balancers[part].add(replica);
  }

  /** Takes the oldest process out as a deployment does: no new connections, then SIGTERM. */
  async retire(part: Part): Promise<Ending> {
    const index = this.#replicas.findIndex((replica) => replica.part === part);
    const [oldest] = this.#replicas.splice(index, 1);
    if (!oldest) throw new Error(`no ${part} runs`);
    this.balancers[part].remove(oldest);
    return oldest.process.stop();
  }

  /** Every event in the broker's stream, oldest first. */
  async events(): Promise<EventRecord[]> {
    return readStream(await this.broker.connect('provisioner'));
  }

  /** The end of what every process wrote, for messages. */
  logs(): string {
    return this.#replicas.map(({ part, process }) => `${part}: ${process.log().slice(-1_500)}`).join('\n');
  }

  async close(): Promise<void> {
    await Promise.all(this.#replicas.map(({ process }) => process.isRunning && process.kill()));
    await Promise.all(Object.values(this.balancers).map((balancer) => balancer.close()));
    this.jwks.close();
    await this.sandbox.close();
    await this.broker.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

async function serveJwks(key: JsonWebKey): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

/** An access token as auth gives them out (RFC 7519). */
function sessionToken(key: KeyObject): string {
  const { workspaceId, userId, role, scopes, mode } = testActor();
  const issuedAt = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: 'switchboard-auth',
    aud: 'switchboard',
    sub: userId,
    ws: workspaceId,
    sid: newId('ses'),
    role,
    scopes,
    mode,
    iat: issuedAt,
    exp: issuedAt + TOKEN_S,
  };
  const signed = [{ alg: 'EdDSA', kid: 'k1' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}
