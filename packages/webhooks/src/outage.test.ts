import { IntentWorker, intentsMigration } from '@switchboard/intents';
import { messagingMigration, UnitOfWork } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import type { Credential } from '@switchboard/providers';
import { Database, SYSTEM } from '@switchboard/storage';
import { findPostgres, startPostgres, waitFor } from '@switchboard/testing';
import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { defineWebhook, processIntent, webhookRoutes, webhooksMigration } from './index.ts';

const logger = createLogger('test', { level: 'silent' });
const programs = findPostgres();

/** Asks the vendor to come again, and forgets nothing that it was promised to keep. */
describe.runIf(programs)('while PostgreSQL is away', () => {
  it('callbacks are answered 503 and not stored; when it is back they are taken again', async () => {
    const postgres = await startPostgres(programs ?? '');
    const database = await Database.open({
      service: 'webhooks',
      entities: [],
      migrations: [messagingMigration, intentsMigration, webhooksMigration],
      logger,
      location: { kind: 'postgres', url: postgres.createDatabase() },
    });
    const unitOfWork = new UnitOfWork(database, 'billing');
    const applied: string[] = [];
    const vendor = defineWebhook<string>({
      vendor: 'acme',
      verify: ({ body }) => Buffer.from(body).toString(),
      read: async ({ body }) => Buffer.from(body).toString(),
      apply: async (_tx, text) => void applied.push(text),
    });
    const findCredential = async () => ({}) as Credential;
    const intent = processIntent(vendor, database, findCredential);
    const worker = new IntentWorker(unitOfWork, [intent], logger, { backoffBaseMs: 10 });
    worker.start();
    const server = fastify();
    webhookRoutes(server, {
      vendors: [vendor],
      intents: new Map([['acme', intent]]),
      unitOfWork,
      worker,
      findCredential,
      publicUrl: 'https://api.example.com',
      logger,
    });
    const post = async (payload: string) =>
      (await server.inject({ method: 'POST', url: '/webhooks/acme/con_1', payload })).statusCode;
    try {
      expect(await post('before')).toBe(204);
      await postgres.kill();
      expect(await Promise.all(['one', 'two', 'three'].map(post))).toEqual([503, 503, 503]);
      await postgres.restart();
      await waitFor('the database', async () => (await post('one')) === 204, 30_000);
      await waitFor('the work', () => applied.includes('one'), 30_000);
      const rows = await database.transaction(SYSTEM, ({ em }) =>
        em.execute<{ key: string }[]>('select delivery_key as key from webhook_deliveries order by 1'),
      );
      expect(rows.map(({ key }) => key)).toEqual(['before', 'one']);
    } finally {
      await server.close();
      await worker.stop();
      await database.close();
      await postgres.stop();
    }
  }, 90_000);
});
