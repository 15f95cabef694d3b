import type { WorkspaceActor } from '@switchboard/identity';
import { isId } from '@switchboard/ids';
import { Secret } from '@switchboard/observability';
import { AuthService, Mode, OwnerKind } from '@switchboard/proto-schemas';
import { type Credential, callbackSecrets } from '@switchboard/providers';
import { sandboxAccounts, twilioAccount } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp, startAuth, type TestAuth } from './harness.ts';

const SID = `AC${'0'.repeat(32)}`;
const TOKEN = 'canary-token-aaaaaaaaaaaaaaaaaaaaaa9876';

let auth: TestAuth;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

const pairs = (secrets: object) => Object.entries(secrets).map(([name, value]) => ({ name, value }));

function connect(actor: WorkspaceActor, input: object = {}) {
  const twilio = { accountSid: SID, authToken: TOKEN, phoneNumber: '+14155550123' };
  return auth.mutate(
    actor,
    'connectionCreate',
    { vendor: 'TWILIO', name: 'Our Twilio', secrets: pairs(twilio), ...input },
    'connection { id vendor sandbox state owner secrets { name value secret } }',
  );
}

async function lend(asker: string, request: object) {
  return (await auth.asker(asker)).ask(AuthService.method.lendCredential, { vendor: 'twilio', ...request });
}

async function store(asker: string, request: object) {
  return (await auth.asker(asker)).ask(AuthService.method.storeCredential, {
    vendor: 'twilio',
    name: 'Twilio settings',
    secrets: { accountSid: SID, authToken: TOKEN, phoneNumber: '+14155550123' },
    ...request,
  });
}

describe('a connection', () => {
  it('shows public values and the last four of secrets, and leaves no secret in rows or events', async () => {
    const { actor } = await signUp(auth);
    const { connection } = await connect(actor);
    expect(connection).toMatchObject({
      vendor: 'TWILIO',
      sandbox: true,
      state: 'CONNECTED',
      owner: 'WORKSPACE',
    });
    expect(connection.secrets).toEqual([
      { name: 'accountSid', value: SID, secret: false },
      { name: 'authToken', value: '••••9876', secret: true },
      { name: 'phoneNumber', value: '+14155550123', secret: false },
    ]);
    const rows = await auth.service.database.transaction({ system: true }, async ({ em }) => ({
      connections: await em.execute('select * from connections'),
      keys: await em.execute('select * from workspace_keys'),
      outbox: await em.execute("select encode(payload, 'escape') as payload, trace from outbox"),
    }));
    expect(JSON.stringify(rows)).not.toContain('canary-token');
  });

  it('hides its values from members, and itself from other workspaces', async () => {
    const [mine, theirs] = [await signUp(auth), await signUp(auth)];
    const { connection } = await connect(theirs.actor);
    const query = '{ connections { id name secrets { value } } }';
    const member = await auth.graphql({ ...theirs.actor, scopes: ['mail:read'] }, query);
    expect(member.data.connections).toEqual([{ id: connection.id, name: 'Our Twilio', secrets: null }]);
    expect((await auth.graphql(mine.actor, query)).data.connections).toEqual([]);
    const gone = await auth.mutate(
      mine.actor,
      'connectionDelete',
      { connectionId: connection.id },
      'connectionId',
    );
    expect(gone.errors[0].extensions.code).toBe('NOT_FOUND');
    const denied = await auth.mutate(
      { ...theirs.actor, scopes: ['mail:read'] },
      'connectionDelete',
      { connectionId: connection.id },
      'connectionId',
    );
    expect(denied.errors[0].extensions.code).toBe('FORBIDDEN');
    const deleted = await auth.mutate(
      theirs.actor,
      'connectionDelete',
      { connectionId: connection.id },
      'connectionId',
    );
    expect(deleted.connectionId).toBe(connection.id);
  });

  it('refuses values that do not fit the vendor, without quoting them', async () => {
    const { actor } = await signUp(auth);
    const cases = [
      [{ accountSid: SID, authToken: TOKEN }, 'SECRET_MISSING'],
      [{ accountSid: 'nope', authToken: TOKEN, phoneNumber: '+14155550123' }, 'SECRET_INVALID'],
      [{ accountSid: SID, authToken: '', phoneNumber: '+14155550123' }, 'SECRET_INVALID'],
      [{ accountSid: SID, authToken: TOKEN, phoneNumber: '+14155550123', extra: 'x' }, 'SECRET_UNKNOWN'],
    ] as const;
    for (const [secrets, code] of cases) {
      const { userErrors } = await connect(actor, { secrets: pairs(secrets) });
      expect(userErrors).toMatchObject([{ code }]);
      expect(JSON.stringify(userErrors)).not.toContain('canary');
    }
    const stripe = { secretKey: 'sk_live_1', webhookSecret: 'whsec_1' };
    for (const name of ['webhookSecret', 'previousWebhookSecret']) {
      const secrets = pairs({ ...stripe, [name]: '' });
      expect((await connect(actor, { vendor: 'STRIPE', secrets })).userErrors).toMatchObject([
        { code: 'SECRET_INVALID', path: ['input', 'secrets', name] },
      ]);
    }
  });
});

describe('lending', () => {
  it('gives the platform’s sandbox account to the vendor’s owner and to nobody else', async () => {
    const { workspace } = await signUp(auth);
    const loan = await lend('telephony', { workspaceId: workspace.id, mode: Mode.LIVE });
    expect(loan).toMatchObject({
      ownerKind: OwnerKind.PLATFORM,
      sandbox: true,
      baseUrl: 'http://127.0.0.1:4010/twilio',
      secrets: { accountSid: twilioAccount.accountSid, authToken: twilioAccount.authToken },
    });
    expect(isId('con', loan.connectionId)).toBe(true);
    expect(await lend('telephony', { connectionId: 'platform' })).toMatchObject({
      connectionId: loan.connectionId,
    });
    expect(await lend('telephony', { connectionId: 'sandbox' })).toMatchObject({
      connectionId: loan.connectionId,
    });
    expect(await lend('telephony', { connectionId: loan.connectionId })).toMatchObject({ sandbox: true });
    for (const asker of ['mail', 'billing', 'meetings', 'audit', 'gateway']) {
      await expect(lend(asker, { workspaceId: workspace.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    const owners = { stripe: 'billing', paypal: 'billing', sendgrid: 'mail', smtp: 'mail', zoom: 'meetings' };
    for (const [vendor, owner] of Object.entries(owners)) {
      const lent = await lend(owner, { vendor, workspaceId: workspace.id });
      const { phoneNumbers: _list, ...account } = {
        phoneNumbers: [],
        ...sandboxAccounts[vendor as 'stripe'],
      };
      expect(lent.secrets).toMatchObject(account);
      await expect(lend('telephony', { vendor, workspaceId: workspace.id })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    }
    const smtp = await lend('mail', { vendor: 'smtp', workspaceId: workspace.id });
    expect(smtp).toMatchObject({
      baseUrl: 'smtp://127.0.0.1:4011',
      secrets: { host: '127.0.0.1', port: '4011' },
    });
    await expect(lend('telephony', { vendor: 'fax' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('is listed, without its secrets, to the service that owns the vendor and nobody else', async () => {
    const { actor, workspace } = await signUp(auth);
    const { connection } = await connect(actor);
    const list = async (asker: string, afterConnectionId = '') =>
      (await auth.asker(asker)).ask(AuthService.method.listConnections, {
        vendor: 'twilio',
        afterConnectionId,
      });
    const { connections } = await list('telephony');
    const ours = connections.find(({ connectionId }) => connectionId === connection.id);
    expect(ours).toMatchObject({ workspaceId: workspace.id, ownerKind: OwnerKind.WORKSPACE, sandbox: true });
    expect(connections.map(({ ownerKind }) => ownerKind)).not.toContain(OwnerKind.PLATFORM);
    expect(JSON.stringify(ours)).not.toContain(TOKEN);
    const after = await list('telephony', connection.id);
    expect(after.connections.map(({ connectionId }) => connectionId)).not.toContain(connection.id);
    await expect(list('mail')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('gives the narrowest connection, within the workspace', async () => {
    const [mine, theirs] = [await signUp(auth), await signUp(auth)];
    const workspaceId = mine.workspace.id;
    const { connection } = await connect(mine.actor);
    const personal = await store('telephony', { workspaceId, userId: mine.user.id });
    const narrow = await lend('telephony', { workspaceId, userId: mine.user.id });
    expect(narrow).toMatchObject({
      connectionId: personal.connectionId,
      ownerKind: OwnerKind.USER,
      userId: mine.user.id,
    });
    expect(narrow.secrets).toEqual({ accountSid: SID, authToken: TOKEN, phoneNumber: '+14155550123' });
    expect(await lend('telephony', { workspaceId, userId: theirs.user.id })).toMatchObject({
      connectionId: connection.id,
    });
    expect(await lend('telephony', { workspaceId })).toMatchObject({ ownerKind: OwnerKind.WORKSPACE });
    expect(await lend('telephony', { workspaceId: theirs.workspace.id })).toMatchObject({
      ownerKind: OwnerKind.PLATFORM,
    });
    await expect(
      lend('telephony', { workspaceId: theirs.workspace.id, connectionId: connection.id }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      lend('telephony', { workspaceId, userId: theirs.user.id, connectionId: personal.connectionId }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // A callback knows the connection only.
    expect(await lend('telephony', { connectionId: personal.connectionId })).toMatchObject({ workspaceId });
  });

  it('gives a test caller sandbox connections only, and live callers none that a test key made', async () => {
    const { actor, workspace } = await signUp(auth);
    const live = await connect(actor, { sandbox: false });
    expect(live.connection.sandbox).toBe(false);
    const workspaceId = workspace.id;
    expect(await lend('telephony', { workspaceId, mode: Mode.LIVE })).toMatchObject({
      sandbox: false,
      baseUrl: '',
    });
    expect(await lend('telephony', { workspaceId, mode: Mode.TEST })).toMatchObject({
      ownerKind: OwnerKind.PLATFORM,
    });
    await expect(
      lend('telephony', { connectionId: live.connection.id, mode: Mode.TEST }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });

    const tester = { ...actor, mode: 'test' as const };
    expect((await connect(tester, { sandbox: false })).errors[0].extensions.code).toBe('FORBIDDEN');
    const made = await connect(tester);
    expect(await lend('telephony', { workspaceId, mode: Mode.TEST })).toMatchObject({
      connectionId: made.connection.id,
    });
    expect(await lend('telephony', { workspaceId })).toMatchObject({ connectionId: live.connection.id });
    const seen = await auth.graphql(tester, '{ connections { id } integrations { vendor state sandbox } }');
    expect(seen.data.connections).toEqual([{ id: made.connection.id }]);
    const connected = seen.data.integrations.filter(({ state }: { state: string }) => state === 'CONNECTED');
    expect(connected.length).toBeGreaterThan(0);
    expect(connected.every(({ sandbox }: { sandbox: boolean }) => sandbox)).toBe(true);
  });

  it('refuses a ciphertext that was moved to another row', async () => {
    const { actor } = await signUp(auth);
    const [first, second] = [await connect(actor), await connect(actor)];
    const [one, two] = [first.connection.id, second.connection.id];
    const other = await signUp(auth);
    const foreign = (await connect(other.actor)).connection.id;
    const move = (from: string, to: string) =>
      auth.service.database.transaction({ system: true }, ({ em }) =>
        em.execute(
          'update connections set secrets_sealed = (select secrets_sealed from connections where id = ?) where id = ?',
          [from, to],
          'run',
        ),
      );
    await expect(lend('telephony', { connectionId: two })).resolves.toMatchObject({ connectionId: two });
    await move(one, two);
    await expect(lend('telephony', { connectionId: two })).rejects.toMatchObject({ code: 'INTERNAL' });
    await move(one, foreign);
    await expect(lend('telephony', { connectionId: foreign })).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(lend('telephony', { connectionId: one })).resolves.toMatchObject({ connectionId: one });
  });
});

describe('storing for another service', () => {
  it('keeps the id when secrets are replaced, and values that are not named', async () => {
    const { user, workspace } = await signUp(auth);
    const owner = { workspaceId: workspace.id, userId: user.id };
    const { connectionId, sandbox } = await store('telephony', owner);
    expect(sandbox).toBe(true);
    const again = await store('telephony', {
      ...owner,
      connectionId,
      secrets: { phoneNumber: '+14155550199' },
    });
    expect(again.connectionId).toBe(connectionId);
    const { secrets } = await lend('telephony', { connectionId });
    expect(secrets).toEqual({ accountSid: SID, authToken: TOKEN, phoneNumber: '+14155550199' });
  });

  it('keeps the token before beside the new one for a day, or until the new one is given again', async () => {
    const { user, workspace } = await signUp(auth);
    const owner = { workspaceId: workspace.id, userId: user.id };
    const { connectionId } = await store('telephony', owner);
    const next = `${TOKEN}-next`;
    const save = () => store('telephony', { ...owner, connectionId, secrets: { authToken: next } });
    /** What a callback of this connection may be signed with. */
    const believed = async () => {
      const { secrets } = await lend('telephony', { connectionId });
      const values = Object.entries(secrets).map(([name, value]) => [name, new Secret(value)]);
      return callbackSecrets({ secrets: Object.fromEntries(values) } as Credential, 'authToken');
    };
    await save();
    auth.clock.advance(24 * 3_600_000 - 1);
    expect(await believed()).toEqual([next, TOKEN]);
    auth.clock.advance(1);
    expect(await believed()).toEqual([next]);

    await store('telephony', { ...owner, connectionId, secrets: { authToken: TOKEN } });
    expect(await believed()).toEqual([TOKEN, next]);
    await store('telephony', { ...owner, connectionId, secrets: { authToken: TOKEN } });
    expect(await believed()).toEqual([TOKEN]);
  });

  it('is refused to others than the vendor’s owner, and across workspaces', async () => {
    const [mine, theirs] = [await signUp(auth), await signUp(auth)];
    const owner = { workspaceId: mine.workspace.id, userId: mine.user.id };
    await expect(store('mail', owner)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { connectionId } = await store('telephony', owner);
    const theirOwner = { workspaceId: theirs.workspace.id, userId: theirs.user.id };
    await expect(store('telephony', { ...theirOwner, connectionId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(
      store('telephony', { workspaceId: theirs.workspace.id, userId: mine.user.id }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const [mail, telephony] = [await auth.asker('mail'), await auth.asker('telephony')];
    const remove = AuthService.method.deleteCredential;
    const workspaceId = mine.workspace.id;
    await expect(mail.ask(remove, { connectionId, workspaceId })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await telephony.ask(remove, { connectionId, workspaceId: theirs.workspace.id })).toMatchObject({
      deleted: false,
    });
    expect(await telephony.ask(remove, { connectionId, workspaceId })).toMatchObject({ deleted: true });
    expect(await telephony.ask(remove, { connectionId, workspaceId })).toMatchObject({ deleted: false });
  });
});

describe('health', () => {
  it('follows what the owning service reports, with one event per change', async () => {
    const { actor } = await signUp(auth);
    const { connection } = await connect(actor);
    const telephony = await auth.asker('telephony');
    const report = (succeeded: boolean, errorCode = '') =>
      telephony.ask(AuthService.method.reportConnectionUse, {
        connectionId: connection.id,
        succeeded,
        errorCode,
      });
    const health = async () => {
      const fields =
        'vendor state since lastError { code message } lastSuccessAt nextCheckAt sandbox connectionId';
      const { data } = await auth.graphql(actor, `{ integrations { ${fields} } }`);
      return data.integrations.find(({ vendor }: { vendor: string }) => vendor === 'TWILIO');
    };
    const changes = async () =>
      (await auth.events()).filter((event) => event.type === 'ConnectionHealthChanged').length;
    const before = await changes();
    await report(true);
    auth.clock.advance(1_000);
    await report(false, 'RECONNECT_REQUIRED');
    await report(false, 'RECONNECT_REQUIRED');
    expect(await health()).toMatchObject({
      state: 'DISCONNECTED',
      since: auth.clock.now.toISOString(),
      lastError: { code: 'RECONNECT_REQUIRED' },
      nextCheckAt: null,
      sandbox: true,
      connectionId: connection.id,
    });
    // A refused card or number says nothing about the connection.
    await report(false, 'REJECTED');
    await report(true);
    expect(await health()).toMatchObject({ state: 'CONNECTED', lastError: null });
    expect((await changes()) - before).toBe(2);
    const mail = await auth.asker('mail');
    await expect(
      mail.ask(AuthService.method.reportConnectionUse, { connectionId: connection.id, succeeded: true }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
