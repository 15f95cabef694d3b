import { AuthService, Mode } from '@switchboard/proto-schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp, startAuth, type TestAuth } from './harness.ts';

const HOUR_MS = 3_600_000;

let auth: TestAuth;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

type Actor = Awaited<ReturnType<typeof signUp>>['actor'];

const create = (actor: Actor, input: Record<string, unknown>) =>
  auth.mutate(
    actor,
    'apiKeyCreate',
    input,
    'apiKey { id prefix lastFour mode scopes expiresAt lastUsedAt } secret',
  );
const verify = async (secret: string) =>
  (await auth.asker('gateway')).ask(AuthService.method.verifyApiKey, { secret });

describe('an API key', () => {
  it('is shown once, verified by its hash, and noted as used', async () => {
    const { actor, workspace } = await signUp(auth);
    const { apiKey, secret } = await create(actor, {
      name: 'CI',
      scopes: ['mail:send', 'mail:read'],
      mode: 'TEST',
    });
    expect(secret).toMatch(/^sb_test_[0-9A-HJKMNP-TV-Z]{26}_[\w-]{43}$/);
    expect(secret.startsWith(apiKey.prefix) && secret.endsWith(apiKey.lastFour)).toBe(true);
    expect(await verify(secret)).toMatchObject({
      found: true,
      apiKeyId: apiKey.id,
      workspaceId: workspace.id,
      scopes: ['mail:read', 'mail:send'],
      mode: Mode.TEST,
    });
    const { data } = await auth.graphql(actor, '{ apiKeys { nodes { id lastUsedAt } } }');
    expect(data.apiKeys.nodes).toEqual([{ id: apiKey.id, lastUsedAt: auth.clock.now.toISOString() }]);
    const stored = await auth.service.database.transaction({ system: true }, ({ em }) =>
      em.execute('select * from api_keys where id = ?', [apiKey.id]),
    );
    expect(JSON.stringify(stored)).not.toContain(secret.slice(-43));
  });

  it('is not found when wrong, revoked or expired, without a reason', async () => {
    const { actor } = await signUp(auth);
    const expiresAt = new Date(auth.clock.now.getTime() + HOUR_MS).toISOString();
    const expiring = await create(actor, { name: 'a', scopes: ['mail:read'], expiresAt });
    const revoked = await create(actor, { name: 'b', scopes: ['mail:read'] });
    const good = await create(actor, { name: 'c', scopes: ['mail:read'] });
    expect(await verify(expiring.secret)).toMatchObject({ found: true });
    expect(await verify(revoked.secret)).toMatchObject({ found: true });
    await auth.mutate(actor, 'apiKeyRevoke', { apiKeyId: revoked.apiKey.id }, 'apiKey { revokedAt }');
    await auth.mutate(actor, 'apiKeyRevoke', { apiKeyId: revoked.apiKey.id }, 'apiKey { revokedAt }');
    auth.clock.advance(HOUR_MS);
    const changed = `${good.secret.slice(0, -1)}${good.secret.endsWith('A') ? 'B' : 'A'}`;
    const swapped = good.apiKey.prefix + revoked.secret.slice(-43);
    for (const secret of [expiring.secret, revoked.secret, changed, swapped, 'sb_live_x', '']) {
      expect(await verify(secret)).toMatchObject({ found: false, workspaceId: '', scopes: [] });
    }
    expect(await verify(good.secret)).toMatchObject({ found: true });
    const events = (await auth.events()).filter((event) => event.type === 'ApiKeyRevoked');
    expect(events).toHaveLength(1);
  });

  it('grants nothing its maker does not have', async () => {
    const { actor } = await signUp(auth);
    const limited = { ...actor, scopes: ['workspace:admin', 'mail:read'] };
    const more = await create(limited, { name: 'x', scopes: ['mail:read', 'billing:refund'] });
    expect(more.errors[0].extensions.code).toBe('FORBIDDEN');
    const live = await create({ ...actor, mode: 'test' }, { name: 'x', scopes: ['mail:read'], mode: 'LIVE' });
    expect(live.errors[0].extensions.code).toBe('FORBIDDEN');
    const unknown = await create(actor, { name: 'x', scopes: ['mail:everything'] });
    expect(unknown.userErrors).toMatchObject([{ code: 'SCOPE_UNKNOWN', path: ['input', 'scopes'] }]);
    const past = await create(actor, { name: 'x', scopes: ['mail:read'], expiresAt: '2020-01-01T00:00:00Z' });
    expect(past.userErrors).toMatchObject([{ code: 'EXPIRY_PAST' }]);
    const member = await create({ ...actor, scopes: ['mail:read'] }, { name: 'x', scopes: ['mail:read'] });
    expect(member.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('is verified for the gateway alone', async () => {
    const mail = await auth.asker('mail');
    await expect(mail.ask(AuthService.method.verifyApiKey, { secret: 'x' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(mail.ask(AuthService.method.checkSession, { sessionId: 'x' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
