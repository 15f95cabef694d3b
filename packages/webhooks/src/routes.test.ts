import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@switchboard/errors';
import { IntentWorker, intentsMigration } from '@switchboard/intents';
import { messagingMigration, UnitOfWork } from '@switchboard/messaging';
import { createLogger, Secret } from '@switchboard/observability';
import { type Credential, reveal } from '@switchboard/providers';
import { type Database, SYSTEM } from '@switchboard/storage';
import { memoryDatabase, waitFor } from '@switchboard/testing';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  defineWebhook,
  forgetDeliveries,
  processIntent,
  requireFresh,
  webhookRoutes,
  webhooksMigration,
} from './index.ts';

const logger = createLogger('test', { level: 'silent' });
const credential: Credential = {
  connectionId: 'con_1',
  owner: 'WORKSPACE',
  workspaceId: 'wsp_1',
  userId: undefined,
  sandbox: true,
  baseUrl: undefined,
  secrets: { signing: new Secret('s3cret') },
};

const sign = (body: string, at: number) =>
  createHmac('sha256', 's3cret').update(`${at}.${body}`).digest('hex');

const asksWhatToDo = (body: Uint8Array): boolean => Buffer.from(body).includes('question');

describe("a vendor's callback", () => {
  let database: Database;
  let worker: IntentWorker;
  let server: FastifyInstance;
  let applied: string[];
  let credentialFails: AppError | undefined;

  beforeEach(async () => {
    applied = [];
    credentialFails = undefined;
    const migrations = [messagingMigration, intentsMigration, webhooksMigration];
    database = await memoryDatabase({ service: 'webhooks', entities: [], migrations });
    const unitOfWork = new UnitOfWork(database, 'billing');
    const vendor = defineWebhook<string>({
      vendor: 'acme',
      verify({ headers, body, receivedAt }, lent) {
        const at = Number(headers['x-at']);
        const expected = createHmac('sha256', reveal(lent, 'signing')).update(`${at}.`).update(body).digest();
        const given = Buffer.from(headers['x-signature'] ?? '', 'hex');
        if (given.length !== expected.length || !timingSafeEqual(given, expected))
          throw new AppError('REJECTED', 'forged');
        requireFresh(at, receivedAt);
        return JSON.parse(Buffer.from(body).toString()).id;
      },
      read: async ({ body }) => JSON.parse(Buffer.from(body).toString()).id,
      apply: async (_tx, id) => void applied.push(id),
      async accepted({ connectionId, body }) {
        if (asksWhatToDo(body))
          return { status: 200, contentType: 'text/xml', body: `<For id="${connectionId}"/>` };
        return { status: 204, contentType: 'text/plain', body: '' };
      },
    });
    const findCredential = async (): Promise<Credential> => {
      if (credentialFails) throw credentialFails;
      return credential;
    };
    const intent = processIntent(vendor, database, findCredential);
    worker = new IntentWorker(unitOfWork, [intent], logger, { backoffBaseMs: 10 });
    worker.start();
    server = fastify();
    webhookRoutes(server, {
      vendors: [vendor],
      intents: new Map([['acme', intent]]),
      unitOfWork,
      worker,
      findCredential,
      publicUrl: 'https://api.example.com',
      logger,
    });
  });
  afterEach(async () => {
    await server.close();
    await worker.stop();
    await database.close().catch(() => {});
  });

  const now = () => Math.floor(Date.now() / 1000);
  async function ask(body: string, at = now(), signature = sign(body, at)) {
    const headers = { 'content-type': 'application/json', 'x-at': String(at), 'x-signature': signature };
    return server.inject({ method: 'POST', url: '/webhooks/acme/con_1', headers, payload: body });
  }
  const post = async (...callback: Parameters<typeof ask>) => (await ask(...callback)).statusCode;
  async function stored(): Promise<number> {
    const [row] = await database.transaction(SYSTEM, ({ em }) =>
      em.execute<{ n: number }[]>('select count(*)::int as n from webhook_deliveries'),
    );
    return row?.n ?? 0;
  }

  it('is applied once however often it is sent, and answered each time where it asks what to do', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => post('{"id":"e1"}')));
    expect(answers).toEqual([204, 204, 204, 204, 204]);
    await waitFor('the work', () => applied.length > 0);
    expect(await post('{"id":"e1"}')).toBe(204);
    await post('{"id":"e2"}');
    await waitFor('the next one', () => applied.includes('e2'));
    const question = '{"id":"e3","question":true}';
    for (const { statusCode, headers, body } of [await ask(question), await ask(question)]) {
      expect([statusCode, body]).toEqual([200, '<For id="con_1"/>']);
      expect(headers['content-type']).toContain('text/xml');
    }
    await waitFor('the last one', () => applied.includes('e3'));
    expect(applied).toEqual(['e1', 'e2', 'e3']);
  });

  it('is forgotten with its bytes after 30 days, once it was worked on', async () => {
    await post('{"id":"e1"}');
    await waitFor('the work', () => applied.length > 0);
    const age = (days: number) =>
      database.statement(`update webhook_deliveries set received_at = now() - interval '${days} days'`);
    await age(29);
    await forgetDeliveries(database);
    expect(await stored()).toBe(1);
    await age(31);
    await database.statement("update webhook_deliveries set state = 'STORED'");
    await forgetDeliveries(database);
    expect(await stored()).toBe(1);
    await database.statement("update webhook_deliveries set state = 'REFUSED'");
    await forgetDeliveries(database);
    expect(await stored()).toBe(0);
  });

  it.each([
    ['one byte more', () => post('{"id":"e1"} ', now(), sign('{"id":"e1"}', now()))],
    ['no signature', () => post('{"id":"e1"}', now(), '')],
    ['301 seconds old', () => post('{"id":"e1"}', now() - 301)],
    ['from the future', () => post('{"id":"e1"}', now() + 302)],
    ['without a time', () => post('{"id":"e1"}', Number.NaN)],
  ])('with %s is refused and changes nothing', async (_what, attempt) => {
    expect(await attempt()).toBe(400);
    expect(await stored()).toBe(0);
    expect(applied).toEqual([]);
  });

  it('for no connection of ours is not found', async () => {
    credentialFails = new AppError('NOT_FOUND', 'no such connection');
    expect(await post('{"id":"e1"}')).toBe(404);
    expect(await stored()).toBe(0);
  });

  it('is kept while nobody can verify it, and verified before any work', async () => {
    credentialFails = new AppError('UNAVAILABLE', 'auth is away');
    expect(await post('{"id":"e1"}')).toBe(204);
    expect(await post('{"id":"forged"}', now(), 'ff')).toBe(204);
    expect(applied).toEqual([]);
    credentialFails = undefined;
    await waitFor('the work', () => applied.length > 0);
    expect(await post('{"id":"e1"}')).toBe(204);
    await post('{"id":"e2"}');
    await waitFor('the next one', () => applied.includes('e2'));
    expect(applied).toEqual(['e1', 'e2']);
  });

  it('is never acknowledged before it is stored', async () => {
    await worker.stop();
    await database.close();
    expect(await post('{"id":"e1"}')).toBeGreaterThanOrEqual(500);
  });
});
