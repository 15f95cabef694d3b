import { AuthService, Mode } from '@switchboard/proto-schemas';
import { waitFor } from '@switchboard/testing';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConsentSteps, RETURN_ORIGIN } from './consent-steps.ts';
import { signUp, startAuth, type TestAuth } from './harness.ts';

const [MINUTE_MS, HOUR_MS] = [60_000, 3_600_000];
let auth: TestAuth;
let sandbox: Sandbox;
let steps: ConsentSteps;

beforeAll(async () => {
  sandbox = await startSandbox({ publicUrl: 'http://switchboard.test' });
  const environment = { AUTH_SANDBOX_URL: sandbox.url, AUTH_RETURN_ORIGINS: RETURN_ORIGIN };
  auth = await startAuth(environment, undefined, { tokenCareMs: 20 });
  steps = new ConsentSteps(auth, sandbox.url);
});
afterAll(async () => {
  await auth.stop();
  await sandbox.close();
});

interface Row {
  token_generation: number;
  state: string;
}
const rowOf = async (id: string) => {
  const [row] = await auth.service.database.statement<Row>(
    'select token_generation, state from connections where id = ?',
    [id],
  );
  return row;
};
const renewed = (id: string, generation: number) =>
  waitFor(`renewal ${generation}`, async () => (await rowOf(id))?.token_generation === generation);

it('renews what is in use before it ends, what nobody uses daily, and asks no more once it is over', async () => {
  const { actor } = await signUp(auth);
  const used = await steps.connect(actor, 'GOOGLE', 'MAIL', 'used@example.com');
  const idle = await steps.connect(actor, 'ZOOM', 'MEETINGS', 'idle@example.com');
  await (await auth.asker('mail')).ask(AuthService.method.lendCredential, {
    vendor: 'google',
    workspaceId: actor.workspaceId,
    userId: actor.userId ?? '',
    connectionId: used.id,
    mode: Mode.LIVE,
  });
  auth.clock.advance(56 * MINUTE_MS);
  await renewed(used.id, 2);
  expect((await rowOf(idle.id))?.token_generation).toBe(1);
  auth.clock.advance(20 * HOUR_MS);
  await renewed(idle.id, 2);
  await renewed(used.id, 3);

  await steps.simulate('ZOOM', 'revoke', { email: 'idle@example.com' });
  auth.clock.advance(20 * HOUR_MS);
  await waitFor('the end', async () => (await rowOf(idle.id))?.state === 'DISCONNECTED');
  await renewed(used.id, 4);
  const asked = await steps.asked('ZOOM', 'refresh_token');
  auth.clock.advance(24 * HOUR_MS);
  await renewed(used.id, 5);
  expect(await steps.asked('ZOOM', 'refresh_token')).toBe(asked);
  const revoked = (await auth.events()).filter(({ type }) => type === 'ConnectionRevoked');
  expect(revoked).toHaveLength(1);
});
