import { AuthService, Mode } from '@switchboard/proto-schemas';
import { findPostgres, startPostgres, type TestPostgres } from '@switchboard/testing';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsentSteps, RETURN_ORIGIN } from './consent-steps.ts';
import { signUp, startAuth, type TestAuth } from './harness.ts';

const programs = findPostgres();
if (!programs) console.info('skipped: replicas share a PostgreSQL, and this machine has none');

describe.skipIf(!programs)('two replicas', () => {
  let postgres: TestPostgres;
  let sandbox: Sandbox;
  let replicas: readonly [TestAuth, TestAuth];
  let steps: ConsentSteps;

  beforeAll(async () => {
    postgres = await startPostgres(programs ?? '');
    sandbox = await startSandbox({ publicUrl: 'http://switchboard.test' });
    const location = { kind: 'postgres', url: postgres.createDatabase() } as const;
    const environment = { AUTH_SANDBOX_URL: sandbox.url, AUTH_RETURN_ORIGINS: RETURN_ORIGIN };
    const first = await startAuth(environment, location);
    replicas = [first, await startAuth(environment, location)];
    steps = new ConsentSteps(first, sandbox.url);
  }, 60_000);
  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
    await sandbox.close();
    await postgres.stop();
  });

  it.each(['GOOGLE', 'ZOOM'] as const)(
    'ask %s once for the next token, however many borrow it from both',
    async (vendor) => {
      const { actor } = await signUp(replicas[0]);
      const purpose = vendor === 'GOOGLE' ? 'MAIL' : 'MEETINGS';
      const service = vendor === 'GOOGLE' ? 'mail' : 'meetings';
      const { id } = await steps.connect(actor, vendor, purpose, 'ana@example.com');
      for (const replica of replicas) replica.clock.advance(3_600_000);
      const before = await steps.asked(vendor, 'refresh_token');
      const askers = await Promise.all(replicas.map((replica) => replica.asker(service)));
      const borrow = (n: number) =>
        askers[n % 2]?.ask(
          AuthService.method.lendCredential,
          {
            vendor: vendor.toLowerCase(),
            workspaceId: actor.workspaceId,
            userId: actor.userId ?? '',
            connectionId: id,
            mode: Mode.LIVE,
          },
          { timeoutMs: 20_000 },
        );
      const lent = await Promise.all(Array.from({ length: 200 }, (_, n) => borrow(n)));
      expect(new Set(lent.map((loan) => loan?.secrets.accessToken)).size).toBe(1);
      expect((await steps.asked(vendor, 'refresh_token')) - before).toBe(1);
    },
  );
});
