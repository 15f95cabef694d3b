import { create, toBinary } from '@bufbuild/protobuf';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { headers } from '@nats-io/nats-core';
import { AppError } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import { createLogger, rootTrace, withTrace } from '@switchboard/observability';
import { AuthService, SmsQueuedSchema, SmsSentSchema } from '@switchboard/proto-schemas';
import { type Database, SYSTEM, tenantTable } from '@switchboard/storage';
import { databaseKinds, startBroker, type TestBroker, waitFor } from '@switchboard/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Broker,
  Consumer,
  defineHandler,
  type Handler,
  listDeadLetters,
  messagingMigration,
  messagingStatus,
  Relay,
  RpcClient,
  replayDeadLetters,
  serveRpc,
  UnitOfWork,
} from './index.ts';

@Entity({ tableName: 'effects' })
class Effect {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) eventId!: string;
  @Property({ type: 'text' }) causationId!: string;
}

const schema = {
  service: 'telephony',
  entities: [Effect],
  migrations: [
    messagingMigration,
    {
      name: '0002-effects',
      statements: [
        'create table effects (id text primary key, workspace_id text not null, event_id text not null, causation_id text not null)',
        ...tenantTable('effects'),
      ],
    },
  ],
};
const logger = createLogger('test', { level: 'silent' });
const scope = { workspaceId: newId('wsp'), mode: 'live' } as const;

let testBroker: TestBroker;
let broker: Broker;
let database: Database;
let unitOfWork: UnitOfWork;
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  testBroker = await startBroker({ services: ['telephony', 'mail', 'auth'] });
  broker = await testBroker.connect('telephony');
});
afterAll(() => testBroker.stop());
function startRelay(): void {
  const relay = new Relay(database, broker, logger);
  unitOfWork.onRecorded(() => relay.wake());
  relay.start();
  running.push(relay);
}

function startConsumer(handlers: Handler[], options = {}): Consumer {
  const consumer = new Consumer(unitOfWork, broker, handlers, logger, { retryBaseMs: 10, ...options });
  consumer.start();
  running.push(consumer);
  return consumer;
}

const keepEffect = defineHandler({
  name: 'keep-effect',
  event: SmsQueuedSchema,
  handle: async (event, tx) => {
    tx.em.create(Effect, {
      id: newId('eff'),
      workspaceId: event.workspaceId,
      eventId: event.id,
      causationId: event.causationId,
    });
  },
});

function queueSms(): Promise<string> {
  return unitOfWork.run(scope, async ({ record }) =>
    record(SmsQueuedSchema, { smsId: newId('sms'), segments: 1 }),
  );
}

function effects(): Promise<Effect[]> {
  return database.read(SYSTEM, (em) => em.find(Effect, {}));
}

describe.each(databaseKinds())('on $name', (kind) => {
  beforeEach(async () => {
    database = await kind.open(schema);
    unitOfWork = new UnitOfWork(database, 'telephony');
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((part) => part.stop()));
    await database.close();
  });

  afterAll(() => kind.stop());

  describe('an event', () => {
    it('reaches its handler with its cause, and only if its transaction commits', async () => {
      startRelay();
      startConsumer([keepEffect]);
      const trace = rootTrace({ kind: 'user', userId: 'usr_1' }, 'smsSend');
      const rolledBack = unitOfWork.run(scope, async ({ record }) => {
        record(SmsQueuedSchema, { smsId: newId('sms') });
        throw new AppError('CONFLICT', 'no');
      });
      await expect(rolledBack).rejects.toMatchObject({ code: 'CONFLICT' });
      const eventId = await withTrace(trace, queueSms);
      const [effect] = await waitFor('the effect', async () => (await effects()).length > 0 && effects());
      expect(await effects()).toHaveLength(1);
      expect(effect).toMatchObject({ eventId, causationId: trace.requestId, workspaceId: scope.workspaceId });
    });

    it('has one effect when it is published twice', async () => {
      startRelay();
      startConsumer([keepEffect]);
      const eventId = await queueSms();
      await waitFor('the effect', async () => (await effects()).length > 0);
      // Another message id, so that the broker does not filter the copy.
      const copy = headers();
      for (const [name, value] of Object.entries({
        id: eventId,
        type: SmsQueuedSchema.typeName,
        source: 'telephony',
      })) {
        copy.set(`ce-${name}`, value);
      }
      copy.set('ce-time', new Date().toISOString());
      const bytes = toBinary(SmsQueuedSchema, create(SmsQueuedSchema));
      await broker.js.publish(`${SmsQueuedSchema.typeName}.${scope.workspaceId}`, bytes, { headers: copy });
      const second = await queueSms();
      await waitFor('the later event', async () =>
        (await effects()).some((effect) => effect.eventId === second),
      );
      expect((await effects()).filter((effect) => effect.eventId === eventId)).toHaveLength(1);
    });

    it('waits in the outbox while the broker is away and arrives when it is back', async () => {
      startRelay();
      startConsumer([keepEffect]);
      await testBroker.kill();
      const ids = [await queueSms(), await queueSms()];
      expect((await messagingStatus(database)).outboxPending).toBe(2);
      await testBroker.restart();
      await waitFor(
        'both effects',
        async () => {
          const seen = (await effects()).map((effect) => effect.eventId);
          return ids.every((id) => seen.includes(id));
        },
        30_000,
      );
    }, 45_000);

    it('of another service cannot be recorded', async () => {
      const mail = new UnitOfWork(database, 'mail');
      await expect(mail.run(scope, async ({ record }) => record(SmsQueuedSchema, {}))).rejects.toThrow(
        /another service/,
      );
    });
  });

  describe('a handler that fails', () => {
    it('is retried when the failure may pass, and holds up nobody else', async () => {
      startRelay();
      let failures = 0;
      const flaky = defineHandler({
        name: 'flaky',
        event: SmsQueuedSchema,
        handle: async () => {
          failures += 1;
          if (failures <= 3) throw new AppError('UNAVAILABLE', 'not now');
        },
      });
      startConsumer([flaky, keepEffect]);
      const eventId = await queueSms();
      await waitFor('the retries', () => failures >= 4);
      await waitFor('the effect', async () => (await effects()).some((effect) => effect.eventId === eventId));
      expect((await effects()).filter((effect) => effect.eventId === eventId)).toHaveLength(1);
    });

    it('for good is parked with payload and reason, the rest goes on, and replay works', async () => {
      startRelay();
      let broken = true;
      const poison = defineHandler({
        name: 'poison',
        event: SmsSentSchema,
        handle: async (event, tx) => {
          if (broken) throw new AppError('INVALID_INPUT', 'cannot be handled');
          await keepEffect.handle(event, tx);
        },
      });
      startConsumer([poison, keepEffect]);
      const poisonId = await unitOfWork.run(scope, async ({ record }) =>
        record(SmsSentSchema, { smsId: 'sms_1' }),
      );
      const others = await Promise.all(Array.from({ length: 50 }, queueSms));
      await waitFor('the others', async () => {
        const seen = (await effects()).map((effect) => effect.eventId);
        return others.every((id) => seen.includes(id));
      });
      const [letter] = await waitFor('the dead letter', async () => {
        const letters = await listDeadLetters(database, 10);
        return letters.length > 0 && letters;
      });
      expect(letter).toMatchObject({
        eventId: poisonId,
        handler: 'poison',
        code: 'INVALID_INPUT',
        reason: 'cannot be handled',
      });

      broken = false;
      expect(await replayDeadLetters(unitOfWork, [poison], { ids: [], type: '', limit: 10 })).toBe(1);
      expect((await effects()).filter((effect) => effect.eventId === poisonId)).toHaveLength(1);
      expect(await listDeadLetters(database, 10)).toEqual([]);
    });

    it('on one of 1,000 events holds up none of the other 999', async () => {
      startRelay();
      const poisoned = 'sms_poison';
      let broken = true;
      const poison = defineHandler({
        name: 'poison',
        event: SmsQueuedSchema,
        handle: async (event, tx) => {
          if (broken && event.payload.smsId === poisoned)
            throw new AppError('INVALID_INPUT', 'cannot be handled');
          await keepEffect.handle(event, tx);
        },
      });
      startConsumer([poison]);
      const ids = await unitOfWork.run(scope, async ({ record }) =>
        Array.from({ length: 1_000 }, (_, n) =>
          record(SmsQueuedSchema, { smsId: n === 500 ? poisoned : newId('sms'), segments: 1 }),
        ),
      );
      const poisonId = ids[500];
      const others = ids.filter((id) => id !== poisonId);
      const handled = async () => (await effects()).map(({ eventId }) => eventId).sort();
      await waitFor('the others', async () => (await handled()).length >= others.length, 60_000);
      expect(await handled()).toEqual(others.sort());
      const letters = await waitFor('the dead letter', async () => {
        const parked = await listDeadLetters(database, 10);
        return parked.length > 0 && parked;
      });
      expect(letters).toMatchObject([{ eventId: poisonId, handler: 'poison', attempts: 1 }]);

      broken = false;
      expect(await replayDeadLetters(unitOfWork, [poison], { ids: [], type: '', limit: 10 })).toBe(1);
      expect(await handled()).toEqual(ids.sort());
      expect(await listDeadLetters(database, 10)).toEqual([]);
    }, 90_000);

    it('on bytes that are no event is parked at once', async () => {
      startConsumer([keepEffect]);
      const seen = (await listDeadLetters(database, 100)).length;
      await broker.js.publish(`evt.telephony.v1.Nonsense.${scope.workspaceId}`, new Uint8Array([255]));
      await waitFor('the dead letter', async () => (await listDeadLetters(database, 100)).length > seen);
    });
  });
});

describe('internal requests', () => {
  /** One replica of auth; `name` shows which one answered. */
  async function answerAs(name: string): Promise<() => Promise<void>> {
    return serveRpc(
      await testBroker.connect('auth'),
      'auth',
      AuthService,
      {
        lendCredential: async (request, { asker }) => {
          if (request.vendor === 'none') {
            throw new AppError('NOT_FOUND', 'secret reason', { publicMessage: 'Not connected.' });
          }
          return { connectionId: name, secrets: { authToken: `canary for ${asker}` } };
        },
        checkSession: async () => ({ active: true }),
        verifyApiKey: async () => ({ found: false }),
        storeCredential: async () => ({}),
        deleteCredential: async () => ({}),
        reportConnectionUse: async () => ({}),
        listConnections: async () => ({}),
        mailContext: async () => ({}),
        smsContext: async () => ({}),
        dataSubject: async () => ({}),
        storeDataPart: async () => ({}),
        answerDataRequest: async () => ({}),
      },
      logger,
    );
  }
  const { lendCredential } = AuthService.method;

  it('are answered with the asker the broker vouches for, and keep the code of a failure', async () => {
    const stop = await answerAs('one');
    const client = new RpcClient(broker);
    const lent = await client.ask(lendCredential, { vendor: 'twilio' });
    expect(lent.secrets.authToken).toBe('canary for telephony');
    const refused = client.ask(lendCredential, { vendor: 'none' });
    await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND', publicMessage: 'Not connected.' });
    await stop();
    const nobody = client.ask(lendCredential, { vendor: 'twilio' }, { timeoutMs: 300 });
    await expect(nobody).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('go to a replica that can open them, and to another one when it is gone', async () => {
    const stops = new Map([
      ['one', await answerAs('one')],
      ['two', await answerAs('two')],
    ]);
    const clients = Array.from({ length: 10 }, () => new RpcClient(broker));
    const ask = async () =>
      Promise.all(clients.map((client) => client.ask(lendCredential, { vendor: 'twilio' })));
    const first = await ask();
    expect(first.every(({ connectionId }) => stops.has(connectionId))).toBe(true);
    await stops.get('one')?.();
    expect((await ask()).map(({ connectionId }) => connectionId)).toEqual(clients.map(() => 'two'));
    await stops.get('two')?.();
  });
});

describe("a service's broker user", () => {
  it.each([
    [
      'publish as another service',
      (b: Broker) => b.js.publish('evt.billing.v1.PaymentSucceeded.wsp_1', 'x', { timeout: 500 }),
    ],
    [
      'ask as another service',
      (b: Broker) => b.connection.request('rpc.auth.lendCredential.billing', 'x', { timeout: 500 }),
    ],
    [
      'make a consumer',
      (b: Broker) => b.connection.request('$JS.API.CONSUMER.CREATE.EVT.spy', '{}', { timeout: 500 }),
    ],
    [
      'make a durable consumer, as older servers name it',
      (b: Broker) => b.connection.request('$JS.API.CONSUMER.DURABLE.CREATE.EVT.spy', '{}', { timeout: 500 }),
    ],
    [
      'make a stream over the requests',
      (b: Broker) =>
        b.connection.request('$JS.API.STREAM.CREATE.SPY', '{"name":"SPY","subjects":["rpc.>"]}', {
          timeout: 500,
        }),
    ],
    [
      'read the stream message by message',
      (b: Broker) => b.connection.request('$JS.API.STREAM.MSG.GET.EVT', '{"seq":1}', { timeout: 500 }),
    ],
    [
      "answer into another service's inbox",
      async (b: Broker) => {
        const statuses = b.connection.status();
        b.connection.publish('_INBOX_auth.forged', 'x');
        for await (const status of statuses) if (status.type === 'error') throw status.error;
      },
    ],
    [
      "read another service's consumer",
      (b: Broker) => b.connection.request('$JS.API.CONSUMER.MSG.NEXT.EVT.auth', '1', { timeout: 500 }),
    ],
  ])('cannot %s', async (_what, attempt) => {
    await expect(attempt(broker)).rejects.toThrow();
  });

  it.each([
    ['another inbox', '_INBOX_auth.>'],
    ['every inbox', '_INBOX_*.>'],
    ['the inbox that clients have by default', '_INBOX.>'],
    ["another service's requests", 'rpc.auth.>'],
    ['every request', 'rpc.>'],
    ["another service's events, past its consumer", 'evt.billing.>'],
    ['everything', '>'],
    ['what happens at the server', '$SYS.>'],
  ])('cannot listen to %s', async (_what, subject) => {
    const subscription = broker.connection.subscribe(subject);
    await expect(
      (async () => {
        for await (const message of subscription) throw new Error(`overheard ${message.subject}`);
        await subscription.closed;
      })(),
    ).rejects.toThrow(/permissions/i);
  });
});
