/**
 * A service as small as can be, on the house's own outbox, relay, consumer and inbox: `POST /orders/<key>` takes
 * an order once, says so by an event, and books each such event. For tests only; it is no part of the house.
 *
 * `--without=outbox` states the event after the commit instead of in it, and `--without=inbox` forgets which events
 * were handled. Both are mistakes, made here so that the checks can be seen to find them.
 */
import { createServer } from 'node:http';
import { argv, env } from 'node:process';
import { Broker, Consumer, defineHandler, Relay, UnitOfWork } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { SmsQueuedSchema } from '@switchboard/proto-schemas';
import { Database, SYSTEM } from '@switchboard/storage';
import { answerOps } from './ops.ts';
import { publishAfterwards } from './publish-afterwards.ts';
import { clerkMigrations, type Missing } from './tables.ts';

/** The clerk borrows telephony's name at the broker, and one of its events. */
const NAME = 'telephony';

const without = argv.find((argument) => argument.startsWith('--without='))?.split('=')[1] as
  | Missing
  | undefined;
const logger = createLogger('clerk', { level: 'info' });
const database = await Database.open({
  service: NAME,
  location: env.TELEPHONY_DATABASE_URL
    ? { kind: 'postgres', url: env.TELEPHONY_DATABASE_URL }
    : { kind: 'embedded', dataDir: env.DATA_DIR ?? '' },
  entities: [],
  migrations: clerkMigrations(without),
  logger,
});
const broker = await Broker.connect({
  url: env.NATS_URL ?? '',
  user: NAME,
  password: env.TELEPHONY_NATS_PASSWORD ?? '',
  logger,
});
const unitOfWork = new UnitOfWork(database, NAME);
const relay = new Relay(database, broker, logger);
unitOfWork.onRecorded(() => relay.wake());

const book = defineHandler({
  name: 'book',
  event: SmsQueuedSchema,
  handle: async (event, { em }) => {
    await em.execute('insert into bookings (order_key) values (?)', [event.payload.smsId], 'run');
  },
});
const consumer = new Consumer(unitOfWork, broker, [book], logger);
relay.start();
consumer.start();
await answerOps(broker, NAME, database, consumer, logger);

/** Takes an order, if it is not known already. */
async function takeOrder(key: string): Promise<void> {
  let publish = async (): Promise<void> => {};
  await unitOfWork.run(SYSTEM, async (tx) => {
    const rows = await tx.em.execute<unknown[]>(
      'insert into orders (key) values (?) on conflict do nothing returning key',
      [key],
    );
    if (rows.length === 0) return;
    const payload = { smsId: key, settingsId: 'none', sandbox: true, segments: 1 };
    const id = tx.record(SmsQueuedSchema, payload, { workspaceId: 'platform' });
    if (without === 'outbox') publish = () => publishAfterwards(broker, id, payload);
  });
  await publish();
}

async function bookings(key: string): Promise<number> {
  const [row] = await database.transaction(SYSTEM, ({ em }) =>
    em.execute<{ count: number }[]>('select count(*)::int as count from bookings where order_key = ?', [key]),
  );
  return row?.count ?? 0;
}

const server = createServer((request, response) => {
  const [, what, key = ''] = (request.url ?? '').split('/');
  const answer = async (): Promise<unknown> => {
    if (what === 'health') return database.ping().then(() => ({ status: 'ready' }));
    if (what === 'orders') return takeOrder(key).then(() => ({ taken: key }));
    return { bookings: await bookings(key) };
  };
  answer().then(
    (body) => response.end(JSON.stringify(body)),
    (error) => response.writeHead(503).end(String(error)),
  );
});
server.listen(Number(env.TELEPHONY_PORT), '127.0.0.1');

process.once('SIGTERM', async () => {
  server.close();
  await consumer.stop();
  await relay.stop();
  await broker.close();
  await database.close();
  process.exit(0);
});
