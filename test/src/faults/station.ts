import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IDENTITY_HEADER, IdentitySigner, type WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { type Broker, type EventRecord, RpcClient } from '@switchboard/messaging';
import { OpsService, type StatusResponse } from '@switchboard/proto-schemas';
import {
  type FakeAuth,
  freePort,
  type GraphqlAnswer,
  startBroker,
  startFakeAuth,
  type TestBroker,
  waitFor,
} from '@switchboard/testing';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { copyTemplate } from './database-template.ts';
import { passLeases, type Query, withDatabase } from './dead-database.ts';
import { readStream } from './event-stream.ts';
import { hastenRedelivery } from './redelivery.ts';
import { type ServiceProcess, startProcess, untilReady } from './service-process.ts';

/** Longer than any service needs to catch up with one flow after a crash. */
const QUIET_MS = 20_000;
/** Vendors repeat callbacks for hours; ours do so until a killed service is surely back. */
const CALLBACK_RETRY_MS = Array.from({ length: 60 }, () => 500);

export interface StationOptions {
  readonly service: string;
  /** The program, relative to the root; the service's own by default. */
  readonly script?: string;
  readonly arguments?: readonly string[];
  /** Variables beyond what every service needs. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A PostgreSQL database instead of the embedded one. */
  readonly databaseUrl?: string;
  /** Who consumes events; the services of the house by default. */
  readonly consumers?: readonly string[];
  /** Whether this is the real auth, so that nobody may stand in for it. */
  readonly isAuth?: boolean;
}

/**
 * One service as a real process that can be killed and started again over the same data, between a real broker,
 * the vendors' sandbox and a stand-in for auth, which all live on in the test's own process.
 */
export class Station {
  #running: ServiceProcess | undefined;
  #provisioner: Broker | undefined;
  #ops: RpcClient | undefined;

  private constructor(
    readonly options: StationOptions,
    readonly broker: TestBroker,
    readonly sandbox: Sandbox,
    readonly auth: FakeAuth | undefined,
    readonly dataDir: string,
    readonly url: string,
    private readonly signer: IdentitySigner,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async open(options: StationOptions): Promise<Station> {
    const { service } = options;
    const broker = await startBroker(options.consumers ? { services: options.consumers } : {});
    await hastenRedelivery(broker, service);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const sandbox = await startSandbox({ publicUrl: url, callbackRetryMs: CALLBACK_RETRY_MS });
    const auth = options.isAuth ? undefined : await startFakeAuth(await broker.connect('auth'), sandbox);
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const signer = await IdentitySigner.create(privateKey.export({ format: 'jwk' }));
    const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-faults-'));
    if (!options.databaseUrl) await copyTemplate(dataDir);
    const prefix = service.toUpperCase();
    const environment = {
      NATS_URL: broker.url,
      PUBLIC_URL: url,
      DATA_DIR: dataDir,
      FAILPOINTS: `@${join(dataDir, 'failpoints')}`,
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'info',
      IDENTITY_PUBLIC_JWK: JSON.stringify(publicKey.export({ format: 'jwk' })),
      [`${prefix}_PORT`]: String(port),
      [`${prefix}_NATS_PASSWORD`]: service,
      ...(options.databaseUrl && { [`${prefix}_DATABASE_URL`]: options.databaseUrl }),
      ...(options.isAuth && {
        AUTH_SANDBOX_URL: sandbox.url,
        AUTH_SANDBOX_SMTP_PORT: String(sandbox.smtpPort),
        AUTH_SANDBOX_IMAP_PORT: String(sandbox.imapPort),
      }),
      ...options.environment,
    };
    return new Station(options, broker, sandbox, auth, dataDir, url, signer, environment);
  }

  /** The process that runs now, or ran last. */
  get running(): ServiceProcess {
    if (!this.#running) throw new Error('nothing was started');
    return this.#running;
  }

  /** Starts the service, with nothing armed. */
  async start(): Promise<ServiceProcess> {
    const { service, script = `services/${service}/dist/main.js`, arguments: args } = this.options;
    this.arm('');
    this.#running = startProcess(script, this.environment, args);
    await untilReady(this.#running, this.url);
    return this.#running;
  }

  /** From now on the service dies at this failpoint, such as `intent.after-act:2`; at none when empty. */
  arm(point: string): void {
    writeFileSync(this.#failpointsFile, point);
  }

  get #failpointsFile(): string {
    return join(this.dataDir, 'failpoints');
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    await this.running.stop();
  }

  /** Lets the time of every lease that the dead process held pass. */
  passLeases(): Promise<void> {
    return this.inspect(passLeases);
  }

  /** Sends an operation as the gateway would. Rejects when the process dies while it works. */
  async graphql<T = Record<string, unknown>>(
    actor: WorkspaceActor | { readonly kind: 'anonymous' },
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<GraphqlAnswer<T>> {
    const body = JSON.stringify({ query, variables });
    const requestId = newId('req');
    const operation = /(?:mutation|query)[^{]*\{\s*(\w+)/.exec(query)?.[1];
    const identity = { actor, requestId, correlationId: requestId, operation };
    const token = await this.signer.sign(identity, this.options.service, body);
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [IDENTITY_HEADER]: token },
      body,
    });
    const answer = (await response.json()) as { data?: never; errors?: never };
    return { status: response.status, data: answer.data, errors: answer.errors };
  }

  /** How far behind the service is, as it tells operators. */
  async status(): Promise<StatusResponse> {
    this.#ops ??= new RpcClient(await this.broker.connect('ops'));
    return this.#ops.ask(OpsService.method.status, {}, { owner: this.options.service });
  }

  /** Waits until the service has published, done and handled everything it knows of. */
  async untilQuiet(timeoutMs = QUIET_MS): Promise<void> {
    await waitFor(
      `${this.options.service} to have nothing left to do`,
      async () => {
        const state = await this.status();
        const left =
          state.outboxPending + state.intentsPending + state.consumerPending + state.consumerAckPending;
        if (left > 0)
          throw new Error(`left to do: ${describe(state)}; log:\n${this.running.log().slice(-3000)}`);
        return true;
      },
      timeoutMs,
    );
  }

  /** Every event in the broker's stream, oldest first. */
  async events(): Promise<EventRecord[]> {
    this.#provisioner ??= await this.broker.connect('provisioner');
    return readStream(this.#provisioner);
  }

  /** Asks the service's database. An embedded one only while the service is stopped. */
  inspect<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const { service, databaseUrl } = this.options;
    const location = databaseUrl
      ? ({ kind: 'postgres', url: databaseUrl } as const)
      : ({ kind: 'embedded', dataDir: this.dataDir } as const);
    return withDatabase(service, location, work);
  }

  /** Changes the running service's database; an embedded one has one user, so the service makes way meanwhile. */
  async whileAside(work: (query: Query) => Promise<void>): Promise<void> {
    if (this.options.databaseUrl) return this.inspect(work);
    await this.stop();
    await this.inspect(work);
    await this.start();
  }

  async close(): Promise<void> {
    if (this.#running?.isRunning) await this.#running.kill();
    await this.sandbox.close();
    await this.broker.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function describe(state: StatusResponse): string {
  return JSON.stringify(state, (key, value) =>
    key.startsWith('$') ? undefined : typeof value === 'bigint' ? Number(value) : value,
  );
}
