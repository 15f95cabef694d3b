import { envelopeKey } from '@switchboard/envelope';
import { AuthService, Mode, OwnerKind } from '@switchboard/proto-schemas';
import { afterEach, describe, expect, it } from 'vitest';
import { RotateVaultKey } from '../src/use-cases/vault/rotate-vault-key.ts';
import { signUp, startAuth, type TestAuth } from './harness.ts';

const running: TestAuth[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((auth) => auth.stop()));
});

async function start(environment: Readonly<Record<string, string>>): Promise<TestAuth> {
  const auth = await startAuth(environment);
  running.push(auth);
  return auth;
}

const REAL_STRIPE = {
  AUTH_STRIPE_SECRET_KEY: 'sk_live_real',
  AUTH_STRIPE_WEBHOOK_SECRET: 'whsec_real',
  AUTH_STRIPE_PREVIOUS_WEBHOOK_SECRET: 'whsec_real_before',
};

describe('a real platform connection', { timeout: 60_000 }, () => {
  it('is lent to live callers beside the sandbox, which test callers keep', async () => {
    const auth = await start(REAL_STRIPE);
    const { actor, workspace } = await signUp(auth);
    const billing = await auth.asker('billing');
    const lend = (request: object) =>
      billing.ask(AuthService.method.lendCredential, {
        vendor: 'stripe',
        workspaceId: workspace.id,
        ...request,
      });
    const live = await lend({ mode: Mode.LIVE });
    expect(live).toMatchObject({ sandbox: false, baseUrl: '' });
    expect(live.secrets).toEqual({
      secretKey: 'sk_live_real',
      webhookSecret: 'whsec_real',
      previousWebhookSecret: 'whsec_real_before',
    });
    expect(await lend({ connectionId: 'platform' })).toMatchObject({ connectionId: live.connectionId });
    const test = await lend({ mode: Mode.TEST });
    expect(test).toMatchObject({ sandbox: true, ownerKind: OwnerKind.PLATFORM });
    expect(test.connectionId).not.toBe(live.connectionId);
    // Callbacks of the sandbox have an address of their own: the other one is the real account's by now.
    expect(await lend({ connectionId: 'sandbox' })).toMatchObject({ connectionId: test.connectionId });
    const secrets = [
      { name: 'secretKey', value: 'sk_live_own_account' },
      { name: 'webhookSecret', value: 'whsec_own_account' },
    ];
    const own = await auth.mutate(
      actor,
      'connectionCreate',
      { vendor: 'STRIPE', name: 'Own', secrets },
      'connection { sandbox }',
    );
    expect(own.connection).toEqual({ sandbox: false });
    const rows = await auth.service.database.transaction({ system: true }, ({ em }) =>
      em.execute("select * from connections where workspace_id = 'platform'"),
    );
    expect(JSON.stringify(rows)).not.toContain('real');
  });

  it('is all there is without a sandbox', async () => {
    const auth = await start({ ...REAL_STRIPE, AUTH_SANDBOX_URL: '' });
    const billing = await auth.asker('billing');
    const lend = (connectionId: string) =>
      billing.ask(AuthService.method.lendCredential, { vendor: 'stripe', connectionId });
    expect(await lend('platform')).toMatchObject({ sandbox: false });
    await expect(lend('sandbox')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('needs a vault key: without one the service does not start', async () => {
    await expect(start({ ...REAL_STRIPE, AUTH_VAULT_KEY: '' })).rejects.toThrow(
      /AUTH_VAULT_KEY: is required/,
    );
  });
});

describe('the vault key', { timeout: 60_000 }, () => {
  it('is replaced while running: data keys move to the new one, and a lost one stops the start', async () => {
    const auth = await start({});
    const { actor } = await signUp(auth);
    const secrets = [
      { name: 'secretKey', value: 'sk_test_own' },
      { name: 'webhookSecret', value: 'whsec_own' },
    ];
    await auth.mutate(
      actor,
      'connectionCreate',
      { vendor: 'STRIPE', name: 'Own', secrets },
      'connection { id }',
    );
    const { database } = auth.service;
    const [old, next] = [envelopeKey(Buffer.alloc(32, 7)), envelopeKey(Buffer.alloc(32, 8))];
    expect(await new RotateVaultKey(database, [next, old]).execute()).toBe(1);
    expect(await new RotateVaultKey(database, [next, old]).execute()).toBe(0);
    await expect(new RotateVaultKey(database, [old]).execute()).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(new RotateVaultKey(database, []).execute()).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is not needed on the sandbox until a secret is to be kept', async () => {
    const auth = await start({ AUTH_VAULT_KEY: '' });
    const { actor, workspace } = await signUp(auth);
    const billing = await auth.asker('billing');
    const loan = await billing.ask(AuthService.method.lendCredential, {
      vendor: 'stripe',
      workspaceId: workspace.id,
    });
    expect(loan.sandbox).toBe(true);
    const secrets = [
      { name: 'secretKey', value: 'sk_test_own' },
      { name: 'webhookSecret', value: 'whsec_own' },
    ];
    const refused = await auth.mutate(
      actor,
      'connectionCreate',
      { vendor: 'STRIPE', name: 'Own', secrets },
      'connection { id }',
    );
    expect(refused.errors[0].extensions.code).toBe('UNSUPPORTED');
  });
});
