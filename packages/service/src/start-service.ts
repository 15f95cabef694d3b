import { readFileSync } from 'node:fs';
import type { ConfigShape, Environment } from '@switchboard/config';
import { forgetKeys, idempotencyMigration } from '@switchboard/idempotency';
import { type AnyIntent, type Intent, IntentWorker, intentsMigration } from '@switchboard/intents';
import {
  Broker,
  Consumer,
  Loop,
  messagingMigration,
  Relay,
  RpcClient,
  serveRpc,
  UnitOfWork,
} from '@switchboard/messaging';
import {
  createLogger,
  type Logger,
  METRICS_TYPE,
  metricsText,
  startTracing,
} from '@switchboard/observability';
import { answerDataRequest, onDataRequestDue, RemoteDataOffice } from '@switchboard/personal-data';
import { CredentialLender } from '@switchboard/providers';
import { Database, type DatabaseLocation, type SqlMigration } from '@switchboard/storage';
import { createSubgraphServer } from '@switchboard/subgraph';
import {
  type FindCredential,
  forgetDeliveries,
  type ProcessPayload,
  processIntent,
  webhookRoutes,
  webhooksMigration,
} from '@switchboard/webhooks';
import type { ServiceDefinition, ServiceRooms } from './definition.ts';
import { type HostConfig, loadServiceConfig } from './host-config.ts';
import { opsAnswers } from './ops.ts';
import { serviceLevels } from './service-levels.ts';
import { waitForSchema } from './wait-for-schema.ts';
import { openWaitingRoom } from './waiting-room.ts';

const JANITOR_MS = 3_600_000;

/** A service that is up. */
export interface RunningService {
  readonly name: string;
  /** Base URL of its HTTP server. */
  readonly url: string;
  readonly database: Database;
  readonly logger: Logger;
  /** Sends callers elsewhere while everything is still answered, for up to a second. To be called before `stop`. */
  drain(): Promise<void>;
  /** Lets work in hand finish and gives everything back. */
  stop(): Promise<void>;
}

/** A service's tables: those of the kits, then its own. */
export function migrationsOf(definition: ServiceDefinition): readonly SqlMigration[] {
  return [
    messagingMigration,
    intentsMigration,
    idempotencyMigration,
    webhooksMigration,
    ...definition.migrations,
  ];
}

/**
 * Starts a service: configuration, database, broker, rooms, loops, and the HTTP server last.
 * @param options.location another database than the configuration names, for tests.
 * @throws ConfigError or AppError; nothing is left open then.
 */
export async function startService<S extends ConfigShape>(
  definition: ServiceDefinition<S>,
  environment: Environment,
  options: { location?: DatabaseLocation } = {},
): Promise<RunningService> {
  const { name } = definition;
  const { host, own } = loadServiceConfig(name, definition.config, environment, (path) =>
    readFileSync(path, 'utf8'),
  );
  const logger = createLogger(name, { level: host.logLevel });
  const closing: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) {
      await close().catch((err) => logger.warn({ err }, 'part did not close cleanly'));
    }
  };
  try {
    closing.push(await startTracing({ part: name, ...host.tracing, recordsRequests: true }));
    // Where a deployment runs the steps, it also starts processes before the broker and the database are there.
    const waiting = host.migrateAtStart ? undefined : await openWaitingRoom(host);
    if (waiting) closing.push(() => waiting.close());
    const database = await Database.open({
      service: name,
      location: options.location ?? locationOf(host),
      entities: definition.entities,
      migrations: migrationsOf(definition as unknown as ServiceDefinition),
      logger,
      migrate: host.migrateAtStart,
    });
    closing.push(() => database.close());
    if (waiting) await waitForSchema(name, database, logger, waiting.waitFor);
    waiting?.waitFor('broker is away');
    const broker = await Broker.connect({
      url: host.natsUrl,
      user: name,
      password: host.natsPassword,
      logger,
    });
    closing.push(() => broker.close());

    const unitOfWork = new UnitOfWork(database, name);
    const relay = new Relay(database, broker, logger);
    unitOfWork.onRecorded(() => relay.wake());
    const rpc = new RpcClient(broker);
    const lender = new CredentialLender(rpc);
    let worker: IntentWorker | undefined;
    const rooms = await definition.compose(
      {
        database,
        unitOfWork,
        rpc,
        lender,
        logger,
        publicUrl: host.publicUrl,
        runIntent: async (intentId) => worker?.runNow(intentId),
      },
      own,
    );
    if (rooms.stop) closing.push(rooms.stop);

    const webhooks = composeWebhooks(rooms, database, lender);
    const office = rooms.dataOffice ?? new RemoteDataOffice(rpc);
    const answer = answerDataRequest({ database, inventory: definition.inventory, office });
    const handlers = [...rooms.handlers, onDataRequestDue(answer)];
    const intents = [...rooms.intents, ...webhooks.intents.values(), answer as AnyIntent];
    worker = new IntentWorker(unitOfWork, intents, logger);
    const consumer = new Consumer(unitOfWork, broker, handlers, logger);
    for (const part of [relay, worker, consumer]) {
      part.start();
      closing.push(() => part.stop());
    }
    const janitor = new Loop('kit janitor', () => forgetOld(database), { idleMs: JANITOR_MS, logger });
    janitor.start();
    closing.push(() => janitor.stop());
    const contracts = [...(rooms.answers ?? []), opsAnswers(unitOfWork, consumer, relay, handlers)];
    for (const { contract, implementation } of contracts) {
      closing.push(await serveRpc(broker, name, contract, implementation, logger));
    }

    const running = worker;
    const server = await createSubgraphServer({
      subgraph: rooms.subgraph,
      identity: host.identityPublicJwks,
      sdlReader: host.sdlReaderPublicJwk,
      logger,
      readiness: () => readiness(database),
      routes: async (app) => {
        webhookRoutes(app, {
          vendors: rooms.webhooks ?? [],
          intents: webhooks.intents,
          unitOfWork,
          worker: running,
          findCredential: webhooks.findCredential,
          publicUrl: host.publicUrl,
          logger,
        });
        app.get('/metrics', async (_request, reply) =>
          reply
            .header('content-type', METRICS_TYPE)
            .send(await metricsText(await serviceLevels(database, consumer))),
        );
        await rooms.routes?.(app);
      },
      host: host.host,
      port: host.port,
    });
    closing.push(() => server.close());
    await waiting?.close();
    const url = await server.listen();
    logger.info({ url }, 'ready');
    return { name, url, database, logger, drain: () => server.drain(), stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** A batch of what kits keep for a while only. @returns whether there may be more. */
async function forgetOld(database: Database): Promise<boolean> {
  const [deliveries, keys] = [await forgetDeliveries(database), await forgetKeys(database)];
  return deliveries || keys;
}

function locationOf(host: HostConfig): DatabaseLocation {
  return host.databaseUrl
    ? { kind: 'postgres', url: host.databaseUrl }
    : { kind: 'embedded', dataDir: host.dataDir };
}

function composeWebhooks(
  rooms: ServiceRooms,
  database: Database,
  lender: CredentialLender,
): { intents: ReadonlyMap<string, Intent<ProcessPayload, unknown>>; findCredential: FindCredential } {
  // A callback names its connection; whose it is follows from that, so no workspace is asked for.
  const findCredential: FindCredential = (vendor, connectionId) =>
    lender.lend({ vendor, connectionId, mode: 'live' });
  const intents = new Map(
    (rooms.webhooks ?? []).map((vendor) => [vendor.vendor, processIntent(vendor, database, findCredential)]),
  );
  return { intents, findCredential };
}

/** The broker is not asked: without it mutations are still accepted, and the outbox keeps what they record. */
async function readiness(database: Database): Promise<string[]> {
  try {
    await database.ping();
    return [];
  } catch {
    return ['database is away'];
  }
}
