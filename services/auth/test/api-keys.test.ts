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
const verify = async (secret: string, clientIp = '') =>
  (await auth.asker('gateway')).ask(AuthService.method.verifyApiKey, { secret, clientIp });
const rotate = (actor: Actor, input: Record<string, unknown>) =>
  auth.mutate(actor, 'apiKeyRotate', input, 'apiKey { id lastFour previousUntil } secret');
const update = (actor: Actor, input: Record<string, unknown>) =>
  auth.mutate(actor, 'apiKeyUpdate', input, 'apiKey { id name allowedAddresses }');
const eventsOf = async (type: string, apiKeyId: string) =>
  (await auth.events()).filter(
    (event) => event.type === type && Buffer.from(event.payload).includes(Buffer.from(apiKeyId)),
  );

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

  it('works from the addresses of its list alone', async () => {
    const { actor } = await signUp(auth);
    const { apiKey, secret } = await create(actor, {
      name: 'CI',
      scopes: ['mail:read'],
      allowedAddresses: ['203.0.113.0/24', '2001:db8::1'],
    });
    expect(await verify(secret, '203.0.113.9')).toMatchObject({ found: true, apiKeyId: apiKey.id });
    expect(await verify(secret, '2001:db8::1')).toMatchObject({ found: true });
    for (const elsewhere of ['203.0.114.9', '2001:db8::2', '127.0.0.1', '']) {
      expect(await verify(secret, elsewhere)).toMatchObject({ found: false, workspaceId: '' });
    }
    const moved = await update(actor, { apiKeyId: apiKey.id, allowedAddresses: ['198.51.100.7'] });
    expect(moved.apiKey).toEqual({ id: apiKey.id, name: 'CI', allowedAddresses: ['198.51.100.7'] });
    expect(await verify(secret, '203.0.113.9')).toMatchObject({ found: false });
    expect(await verify(secret, '198.51.100.7')).toMatchObject({ found: true });
    const open = await update(actor, { apiKeyId: apiKey.id, name: 'CD', allowedAddresses: [] });
    expect(open.apiKey).toEqual({ id: apiKey.id, name: 'CD', allowedAddresses: [] });
    expect(await verify(secret)).toMatchObject({ found: true });
    expect(await eventsOf('ApiKeyUpdated', apiKey.id)).toHaveLength(2);
  });

  it('may be for registered operations only, and makes none that is not', async () => {
    const { actor } = await signUp(auth);
    const input = { name: 'App', scopes: ['mail:read'], registeredOperationsOnly: true };
    const { apiKey, secret } = await create(actor, input);
    expect(await verify(secret)).toMatchObject({ found: true, registeredOperationsOnly: true });
    const shown = await auth.graphql(actor, '{ apiKeys { nodes { id registeredOperationsOnly } } }');
    expect(shown.data.apiKeys.nodes).toEqual([{ id: apiKey.id, registeredOperationsOnly: true }]);
    // A change of something else leaves it.
    await update(actor, { apiKeyId: apiKey.id, name: 'App 2' });
    expect(await verify(secret)).toMatchObject({ registeredOperationsOnly: true });

    const limited = { ...actor, registeredOperationsOnly: true } as Actor;
    const open = await create(actor, { ...input, registeredOperationsOnly: null });
    expect(await verify(open.secret)).toMatchObject({ registeredOperationsOnly: false });
    const attempts = [
      await create(limited, { ...input, registeredOperationsOnly: false }),
      await update(limited, { apiKeyId: apiKey.id, registeredOperationsOnly: false }),
      await rotate(limited, { apiKeyId: open.apiKey.id }),
    ];
    for (const { errors } of attempts) expect(errors[0].extensions.code).toBe('FORBIDDEN');
    expect((await create(limited, input)).apiKey).toBeTruthy();

    await update(actor, { apiKeyId: apiKey.id, registeredOperationsOnly: false });
    expect(await verify(secret)).toMatchObject({ registeredOperationsOnly: false });
  });

  it('refuses addresses that are none', async () => {
    const { actor } = await signUp(auth);
    const input = { name: 'CI', scopes: ['mail:read'], allowedAddresses: ['example.com'] };
    const { userErrors } = await create(actor, input);
    expect(userErrors).toMatchObject([{ code: 'ADDRESS_INVALID', path: ['input', 'allowedAddresses'] }]);
    const { apiKey } = await create(actor, { ...input, allowedAddresses: [] });
    const changed = await update(actor, { apiKeyId: apiKey.id, allowedAddresses: ['10.0.0.0/40'] });
    expect(changed.userErrors).toMatchObject([{ code: 'ADDRESS_INVALID' }]);
  });

  it('keeps its secret before for the overlap when it is rotated', async () => {
    const { actor } = await signUp(auth);
    const { apiKey, secret: first } = await create(actor, { name: 'CI', scopes: ['mail:read'] });
    const second = await rotate(actor, { apiKeyId: apiKey.id, overlapHours: 2 });
    expect(second.secret.startsWith(apiKey.prefix) && second.secret.endsWith(second.apiKey.lastFour)).toBe(
      true,
    );
    expect(second.apiKey.previousUntil).toBe(new Date(auth.clock.now.getTime() + 2 * HOUR_MS).toISOString());
    for (const secret of [first, second.secret]) {
      expect(await verify(secret)).toMatchObject({ found: true, apiKeyId: apiKey.id });
    }
    auth.clock.advance(2 * HOUR_MS);
    expect(await verify(first)).toMatchObject({ found: false });
    expect(await verify(second.secret)).toMatchObject({ found: true });

    const third = await rotate(actor, { apiKeyId: apiKey.id });
    const fourth = await rotate(actor, { apiKeyId: apiKey.id, overlapHours: 0 });
    const found = [second, third, fourth].map(async ({ secret }) => (await verify(secret)).found);
    expect(await Promise.all(found)).toEqual([false, false, true]);
    expect(await eventsOf('ApiKeyRotated', apiKey.id)).toHaveLength(3);
  });

  it('is rotated one change at a time: of ten at once the last two secrets work', async () => {
    const { actor } = await signUp(auth);
    const { apiKey, secret } = await create(actor, { name: 'CI', scopes: ['mail:read'] });
    const all = await Promise.all(Array.from({ length: 10 }, () => rotate(actor, { apiKeyId: apiKey.id })));
    const found = await Promise.all(all.map(async (one) => (await verify(one.secret)).found));
    expect(found.filter(Boolean)).toHaveLength(2);
    expect(await verify(secret)).toMatchObject({ found: false });
  });

  it('is rotated by nobody who may do less, nor after its end', async () => {
    const { actor } = await signUp(auth);
    const { apiKey } = await create(actor, { name: 'CI', scopes: ['billing:refund'] });
    const input = { apiKeyId: apiKey.id };
    const less = await rotate({ ...actor, scopes: ['workspace:admin', 'mail:read'] }, input);
    expect(less.errors[0].extensions.code).toBe('FORBIDDEN');
    const long = await rotate(actor, { ...input, overlapHours: 169 });
    expect(long.userErrors).toMatchObject([{ code: 'OVERLAP_INVALID' }]);
    const stranger = await signUp(auth);
    for (const change of [rotate, update]) {
      const { errors } = await change(stranger.actor, input);
      expect(errors[0].extensions.code).toBe('NOT_FOUND');
      const test = await change({ ...actor, mode: 'test' }, input);
      expect(test.errors[0].extensions.code).toBe('NOT_FOUND');
    }
    await auth.mutate(actor, 'apiKeyRevoke', input, 'apiKey { revokedAt }');
    expect((await rotate(actor, input)).userErrors).toMatchObject([{ code: 'API_KEY_ENDED' }]);
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
