/** How the service runs where the deployment brings the schema up to date. */
import { migrateService, type ServiceDefinition } from '@switchboard/service';
import {
  findPostgres,
  freePort,
  startPostgres,
  startTestService,
  type TestPostgres,
  testActor,
  waitFor,
} from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mail } from '../src/service.ts';
import { SEND, type Sent } from './house.ts';

const programs = findPostgres();
if (!programs) console.info('skipped: rights need a PostgreSQL, and this machine has none');

describe.skipIf(!programs)('with MAIL_MIGRATE_AT_START=false', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres(programs ?? '');
  });
  afterAll(() => postgres.stop());

  it('it waits, alive and not ready, until migrate has run, and then works without rights on the schema', async () => {
    const { ownerUrl, serviceUrl } = postgres.createGuardedDatabase();
    const port = await freePort();
    const starting = startTestService(mail, {
      environment: { MAIL_MIGRATE_AT_START: 'false', MAIL_PORT: String(port) },
      location: { kind: 'postgres', url: serviceUrl },
    });
    try {
      const url = `http://127.0.0.1:${port}`;
      const refusal = await waitFor('its reason', async () => {
        const answer = await fetch(`${url}/health/ready`);
        const { reasons = [] } = (await answer.json()) as { reasons?: string[] };
        return reasons.find((reason) => reason.includes('lacks')) ?? false;
      });
      expect(refusal).toMatch(
        /older than this version.*0000-application-role.*run the command migrate of mail/,
      );
      expect((await fetch(`${url}/health/live`)).status).toBe(200);

      const environment = {
        MAIL_DATABASE_URL: serviceUrl,
        MAIL_MIGRATION_DATABASE_URL: ownerUrl,
        LOG_LEVEL: 'silent',
      };
      const definition = mail as unknown as ServiceDefinition;
      expect(await migrateService(definition, environment)).toContain('0000-application-role');
      expect(await migrateService(definition, environment)).toEqual([]);

      const house = await starting;
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      const actor = testActor();
      const input = { idempotencyKey: 'k', to: ['ana@example.com'], subject: 'Hello', text: 'Hi' };
      const sent = await house.graphql<Sent>(actor, SEND, { input });
      expect(sent.data?.mailSend).toMatchObject({ message: { subject: 'Hello' }, userErrors: [] });
    } finally {
      await (await starting).stop();
    }
  });
});
