import { AppError } from '@switchboard/errors';
import { RpcClient } from '@switchboard/messaging';
import { type FakeAuth, startBroker, startFakeAuth, type TestBroker, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Credential, CredentialLender, ProviderRegistry, requireRole, reveal } from './index.ts';

const SANDBOX = { url: 'http://127.0.0.1:1', smtpPort: 1, imapPort: 1 };

describe('a credential', () => {
  let testBroker: TestBroker;
  let auth: FakeAuth;
  let now: number;
  let lender: CredentialLender;

  beforeAll(async () => {
    testBroker = await startBroker({ services: ['auth', 'telephony'] });
  });
  afterAll(() => testBroker.stop());
  beforeEach(async () => {
    auth = await startFakeAuth(await testBroker.connect('auth'), SANDBOX);
    now = Date.now();
    lender = new CredentialLender(new RpcClient(await testBroker.connect('telephony')), () => now);
    return () => auth.stop();
  });

  const request = { vendor: 'twilio', workspaceId: 'wsp_1', mode: 'live' } as const;

  it('is lent with its secrets wrapped, and the narrowest owner wins', async () => {
    const platform = await lender.lend(request);
    expect(platform.owner).toBe('PLATFORM');
    expect(reveal(platform, 'authToken')).toBe(sandboxAccounts.twilio.authToken);
    expect(JSON.stringify(platform)).not.toContain(sandboxAccounts.twilio.authToken);
    expect(() => reveal(platform, 'nonsense')).toThrow(/has no "nonsense"/);

    auth.connect({ vendor: 'twilio', workspaceId: 'wsp_1', userId: '', secrets: { authToken: 'workspace' } });
    auth.connect({ vendor: 'twilio', workspaceId: 'wsp_1', userId: 'usr_1', secrets: { authToken: 'user' } });
    now += 31_000;
    expect(reveal(await lender.lend(request), 'authToken')).toBe('workspace');
    expect(reveal(await lender.lend({ ...request, userId: 'usr_1' }), 'authToken')).toBe('user');
  });

  it('is asked for once by callers who want it at the same moment', async () => {
    const lent = await Promise.all(Array.from({ length: 50 }, () => lender.lend(request)));
    expect(new Set(lent).size).toBe(1);
  });

  it('is used on from memory while auth is away, and not for ever', async () => {
    const lent = await lender.lend(request);
    await auth.stop();
    now += 60_000;
    expect(await lender.lend(request)).toBe(lent);
    await expect(lender.lend({ ...request, workspaceId: 'wsp_2' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    now += 11 * 60_000;
    await expect(lender.lend(request)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  }, 20_000);

  it('is reported to auth after each use: how the vendor took it, and no failure of anything else', async () => {
    const reported = (count: number) =>
      waitFor(`${count} reports`, () => auth.reports.length === count && auth.reports.at(-1));
    expect(await lender.use(request, async (credential) => reveal(credential, 'accountSid'))).toBe(
      sandboxAccounts.twilio.accountSid,
    );
    const { connectionId } = await lender.lend(request);
    expect(await reported(1)).toEqual({ connectionId, succeeded: true, errorCode: '' });

    const failing = (code: 'RECONNECT_REQUIRED' | 'REJECTED' | 'UNAVAILABLE') =>
      lender.use(request, () => Promise.reject(new AppError(code, 'the vendor said so')));
    await expect(failing('REJECTED')).rejects.toMatchObject({ code: 'REJECTED' });
    await expect(failing('UNAVAILABLE')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(failing('RECONNECT_REQUIRED')).rejects.toMatchObject({ code: 'RECONNECT_REQUIRED' });
    expect(await reported(2)).toEqual({ connectionId, succeeded: false, errorCode: 'RECONNECT_REQUIRED' });
  });

  it('that the vendor refused is asked for anew, so that its replacement works at once', async () => {
    const connection = {
      vendor: 'twilio',
      workspaceId: 'wsp_3',
      userId: '',
      secrets: { authToken: 'wrong' },
    };
    auth.connect(connection);
    const ours = { ...request, workspaceId: 'wsp_3', userId: 'usr_3' };
    const refuse = () => Promise.reject(new AppError('RECONNECT_REQUIRED', 'the vendor refused it'));
    await expect(lender.use(ours, refuse)).rejects.toMatchObject({ code: 'RECONNECT_REQUIRED' });
    auth.connect({ ...connection, userId: 'usr_3', secrets: { authToken: 'right' } });
    expect(await lender.use(ours, async (credential) => reveal(credential, 'authToken'))).toBe('right');
  });

  it('that is a token, and was replaced before its time, is tried once more with its successor', async () => {
    const connection = { vendor: 'zoom', workspaceId: 'wsp_4', userId: '', secrets: { accessToken: 'one' } };
    auth.connect(connection);
    const ours = { vendor: 'zoom', workspaceId: 'wsp_4', userId: 'usr_4', mode: 'live' } as const;
    const tried: string[] = [];
    const work = (isReplaced: boolean) => async (credential: Credential) => {
      const token = reveal(credential, 'accessToken');
      tried.push(token);
      if (token !== 'one') return token;
      if (isReplaced) auth.connect({ ...connection, userId: 'usr_4', secrets: { accessToken: 'two' } });
      throw new AppError('RECONNECT_REQUIRED', 'the vendor refused it');
    };
    await expect(lender.use(ours, work(false))).rejects.toMatchObject({ code: 'RECONNECT_REQUIRED' });
    expect(tried).toEqual(['one']);
    expect(await lender.use(ours, work(true))).toBe('two');
    expect(tried).toEqual(['one', 'one', 'two']);
  });

  it('is used although auth cannot be told', async () => {
    await lender.lend(request);
    await auth.stop();
    expect(await lender.use(request, async () => 'done')).toBe('done');
  });

  it('that is gone is not used any longer than it is fresh', async () => {
    const connectionId = auth.connect({
      vendor: 'twilio',
      workspaceId: 'wsp_1',
      userId: '',
      secrets: { authToken: 'x' },
    });
    const named = { ...request, connectionId };
    await lender.lend(named);
    await auth.stop();
    auth = await startFakeAuth(await testBroker.connect('auth'), SANDBOX);
    now += 31_000;
    await expect(lender.lend(named)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a role', () => {
  interface Phone {
    readonly id: string;
    readonly sender?: { send(): string };
  }

  it('is held or absent, and asking for an absent one says so', () => {
    const registry = new ProviderRegistry<Phone>('phone', [
      { id: 'a', sender: { send: () => 'sent' } },
      { id: 'b' },
    ]);
    expect(requireRole(registry.get('a'), 'sender').send()).toBe('sent');
    expect(() => requireRole(registry.get('b'), 'sender')).toThrow(/b has no sender/);
    expect(() => registry.get('c')).toThrow(/No phone provider "c"/);
    expect(() => new ProviderRegistry<Phone>('phone', [{ id: 'a' }, { id: 'a' }])).toThrow(/share an id/);
  });
});
