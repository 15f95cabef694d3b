import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@switchboard/ids';
import {
  type Broker,
  Consumer,
  defineHandler,
  messagingMigration,
  messagingStatus,
  Relay,
  UnitOfWork,
} from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { SmsQueuedSchema } from '@switchboard/proto-schemas';
import { Database, type DatabaseLocation, SYSTEM } from '@switchboard/storage';
import { startBroker } from '@switchboard/testing';
import { until } from '../house/until.ts';

/** The pipeline borrows telephony's name at the broker, and one of its events. */
const NAME = 'telephony';
const EVENTS_PER_TRANSACTION = 50;
const TIMEOUT_MS = 60_000;

const logger = createLogger('bench', { level: 'silent' });

/** Writes one row for each event, as small as the work of a handler gets. */
const book = defineHandler({
  name: 'book',
  event: SmsQueuedSchema,
  handle: (event, { em }) =>
    em.execute('insert into bookings (order_key) values (?)', [event.payload.smsId], 'run').then(() => {}),
});

/** Events per second. */
export interface PipelineRates {
  /** From a full outbox to the broker. */
  readonly relayed: number;
  /** From the broker to the handler's commit. */
  readonly handled: number;
  /** From a full outbox to the handler's commit, both at work together. */
  readonly throughout: number;
}

/** Outbox, relay, broker, consumer and inbox of one service, and nothing else of the house. */
export async function measurePipeline(
  events: number,
  database: { readonly url?: string | undefined },
): Promise<PipelineRates> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-bench-'));
  const location: DatabaseLocation = database.url
    ? { kind: 'postgres', url: database.url }
    : { kind: 'embedded', dataDir: folder };
  const broker = await startBroker({ services: [NAME] });
  try {
    const pipeline = await Pipeline.open(location, await broker.connect(NAME));
    try {
      return await pipeline.rates(events);
    } finally {
      await pipeline.close();
    }
  } finally {
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Pipeline {
  readonly #unitOfWork: UnitOfWork;

  private constructor(
    private readonly database: Database,
    private readonly broker: Broker,
  ) {
    this.#unitOfWork = new UnitOfWork(database, NAME);
  }

  static async open(location: DatabaseLocation, broker: Broker): Promise<Pipeline> {
    const bookings = {
      name: '1000-bookings',
      statements: ['create table bookings (order_key text not null)'],
    };
    const migrations = [messagingMigration, bookings];
    const database = await Database.open({ service: NAME, location, entities: [], migrations, logger });
    return new Pipeline(database, broker);
  }

  async rates(events: number): Promise<PipelineRates> {
    const rate = async (work: () => Promise<void>): Promise<number> => {
      const startedAt = performance.now();
      await work();
      return (events * 1000) / (performance.now() - startedAt);
    };
    await this.#record(events);
    const relayed = await rate(() => this.#withRelay(() => this.#untilPublished()));
    const handled = await rate(() => this.#withConsumer((consumer) => untilHandled(consumer)));
    await this.#record(events);
    const throughout = await rate(() =>
      this.#withConsumer((consumer) =>
        this.#withRelay(() => this.#untilPublished().then(() => untilHandled(consumer))),
      ),
    );
    return { relayed, handled, throughout };
  }

  close(): Promise<void> {
    return this.database.close();
  }

  async #record(events: number): Promise<void> {
    for (let recorded = 0; recorded < events; recorded += EVENTS_PER_TRANSACTION) {
      await this.#unitOfWork.run(SYSTEM, async (tx) => {
        for (let count = 0; count < Math.min(EVENTS_PER_TRANSACTION, events - recorded); count += 1) {
          const payload = { smsId: newId('sms'), settingsId: newId('tws'), sandbox: true, segments: 1 };
          tx.record(SmsQueuedSchema, payload, { workspaceId: 'platform' });
        }
      });
    }
  }

  async #withRelay(work: () => Promise<void>): Promise<void> {
    const relay = new Relay(this.database, this.broker, logger);
    relay.start();
    await work().finally(() => relay.stop());
  }

  async #withConsumer(work: (consumer: Consumer) => Promise<void>): Promise<void> {
    const consumer = new Consumer(this.#unitOfWork, this.broker, [book], logger);
    consumer.start();
    await work(consumer).finally(() => consumer.stop());
  }

  async #untilPublished(): Promise<void> {
    const isEmpty = async () => (await messagingStatus(this.database)).outboxPending === 0;
    await until('the outbox to be empty', isEmpty, TIMEOUT_MS);
  }
}

async function untilHandled(consumer: Consumer): Promise<void> {
  await until(
    'the consumer to have handled every event',
    async () => {
      const { pending, ackPending } = await consumer.lag();
      return pending + ackPending === 0;
    },
    TIMEOUT_MS,
  );
}
