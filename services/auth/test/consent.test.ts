import { fromBinary } from '@bufbuild/protobuf';
import type { WorkspaceActor } from '@switchboard/identity';
import type { RpcClient } from '@switchboard/messaging';
import {
  AuthService,
  ConnectionHealthChangedSchema,
  ConnectionState,
  Mode,
} from '@switchboard/proto-schemas';
import { waitFor } from '@switchboard/testing';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConsentSteps, type ConsentVendorName, RETURN_ORIGIN } from './consent-steps.ts';
import { signUp, startAuth, type TestAuth } from './harness.ts';

let sandbox: Sandbox;
let auth: TestAuth;
let mail: RpcClient;
let meetings: RpcClient;
let steps: ConsentSteps;

beforeAll(async () => {
  sandbox = await startSandbox({ publicUrl: 'http://switchboard.test' });
  auth = await startAuth({
    AUTH_SANDBOX_URL: sandbox.url,
    AUTH_RETURN_ORIGINS: RETURN_ORIGIN,
  });
  steps = new ConsentSteps(auth, sandbox.url);
  mail = await auth.asker('mail');
  meetings = await auth.asker('meetings');
});
afterAll(async () => {
  await auth.stop();
  await sandbox.close();
});
afterEach(() => steps.sandbox.clearFaults());

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
type Loose = any;

const lend = (asker: RpcClient, actor: WorkspaceActor, vendor: ConsentVendorName, connectionId = '') =>
  asker.ask(
    AuthService.method.lendCredential,
    {
      vendor: vendor.toLowerCase(),
      workspaceId: actor.workspaceId,
      userId: actor.userId ?? '',
      connectionId,
      mode: Mode.LIVE,
    },
    { timeoutMs: 10_000 },
  );
const eventsOf = async (actor: WorkspaceActor, type: string) =>
  (await auth.events()).filter((event) => event.type === type && event.workspaceId === actor.workspaceId);
const tokens = { GOOGLE: 'ya29.', MICROSOFT: 'EwB', ZOOM: 'eyJ' } as const;

describe.each([
  ['GOOGLE', 'MAIL_SEND', 'mail'],
  ['MICROSOFT', 'CALENDAR', 'meetings'],
  ['ZOOM', 'MEETINGS', 'meetings'],
] as const)('a consent at %s', (vendor, purpose, owner) => {
  const asker = () => (owner === 'mail' ? mail : meetings);

  it('becomes a connection whose token is lent to the service it is good for', async () => {
    const { actor } = await signUp(auth);
    const connection = await steps.connect(actor, vendor, purpose, 'ana@example.com');
    expect(connection).toMatchObject({
      vendor,
      name: 'ana@example.com',
      owner: 'USER',
      state: 'CONNECTED',
      sandbox: true,
      purposes: [purpose],
      secrets: [{ name: 'account', value: 'ana@example.com' }],
    });
    const lent = await lend(asker(), actor, vendor);
    expect(lent.connectionId).toBe(connection.id);
    expect(Object.keys(lent.secrets)).toEqual(['accessToken']);
    expect(lent.secrets.accessToken).toMatch(new RegExp(`^${tokens[vendor]}`));
    expect(lent.baseUrl).toBe(`${sandbox.url}/${vendor.toLowerCase()}`);
    expect(await eventsOf(actor, 'ConnectionCreated')).toHaveLength(1);
  });

  it('of the same account again is the same connection', async () => {
    const { actor } = await signUp(auth);
    const first = await steps.connect(actor, vendor, purpose, 'ana@example.com');
    const again = await steps.connect(actor, vendor, purpose, 'ana@example.com');
    const other = await steps.connect(actor, vendor, purpose, 'ben@example.com');
    expect(again.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
    expect(await eventsOf(actor, 'ConnectionUpdated')).toHaveLength(1);
  });

  it('that is finished twice at the same moment for one account is one connection', async () => {
    const { actor } = await signUp(auth);
    const answers = await Promise.all(
      [1, 2, 3].map(async () => {
        const { authorizationUrl } = await steps.start(actor, { vendor, purpose });
        return steps.comeBack(authorizationUrl, vendor, 'ana@example.com');
      }),
    );
    const finished = await Promise.all(
      answers.map(({ state, code }) => steps.finish(actor, { state, code })),
    );
    expect(new Set(finished.map(({ connection }) => connection?.id)).size).toBe(1);
  });

  it('is renewed before the token ends, by one request for everybody', async () => {
    const { actor } = await signUp(auth);
    const { id } = await steps.connect(actor, vendor, purpose, 'ana@example.com');
    const before = await lend(asker(), actor, vendor, id);
    auth.clock.advance(3_600_000);
    const asking = await steps.asked(vendor, 'refresh_token');
    const lent = await Promise.all(Array.from({ length: 50 }, () => lend(asker(), actor, vendor, id)));
    const values = new Set(lent.map(({ secrets }) => secrets.accessToken));
    expect(values.size).toBe(1);
    expect(values.has(before.secrets.accessToken)).toBe(false);
    expect((await steps.asked(vendor, 'refresh_token')) - asking).toBe(1);
  });

  it('that the person took back asks to connect again, is told once, and comes back with the same id', async () => {
    const { actor } = await signUp(auth);
    const { id } = await steps.connect(actor, vendor, purpose, 'ana@example.com');
    await steps.simulate(vendor, 'revoke', { email: 'ana@example.com' });
    auth.clock.advance(3_600_000);
    const asking = await steps.asked(vendor, 'refresh_token');
    const refused = await Promise.allSettled(
      Array.from({ length: 20 }, () => lend(asker(), actor, vendor, id)),
    );
    for (const one of refused) {
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'RECONNECT_REQUIRED' } });
    }
    await expect(lend(asker(), actor, vendor, id)).rejects.toMatchObject({ code: 'RECONNECT_REQUIRED' });
    expect((await steps.asked(vendor, 'refresh_token')) - asking).toBe(1);
    expect(await eventsOf(actor, 'ConnectionRevoked')).toHaveLength(1);
    const health = async () => {
      const { data } = await auth.graphql(
        actor,
        '{ integrations { vendor state lastError { code } nextCheckAt connectionId } }',
      );
      return data.integrations.find((one: Loose) => one.vendor === vendor);
    };
    expect(await health()).toMatchObject({
      state: 'DISCONNECTED',
      lastError: { code: 'RECONNECT_REQUIRED' },
      nextCheckAt: null,
      connectionId: id,
    });
    const again = await steps.connect(actor, vendor, purpose, 'ana@example.com');
    expect(again).toMatchObject({ id, state: 'CONNECTED' });
    expect(await eventsOf(actor, 'ConnectionRecovered')).toHaveLength(1);
    expect((await health()).nextCheckAt).not.toBeNull();
    await lend(asker(), actor, vendor, id);
  });

  it('is ended at the vendor when its connection is deleted', async () => {
    const { actor } = await signUp(auth);
    const { id } = await steps.connect(actor, vendor, purpose, 'zoe@example.com');
    const { secrets } = await lend(asker(), actor, vendor, id);
    await auth.mutate(actor, 'connectionDelete', { connectionId: id }, 'connectionId');
    await expect(lend(asker(), actor, vendor, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const mePath = { GOOGLE: '/v1/userinfo', MICROSOFT: '/v1.0/me', ZOOM: '/v2/users/me' }[vendor];
    const statusOf = async () => {
      const headers = { authorization: `Bearer ${secrets.accessToken}` };
      const { status } = await fetch(`${sandbox.url}/${vendor.toLowerCase()}${mePath}`, { headers });
      return status;
    };
    // Microsoft has no way to end a grant from outside.
    if (vendor === 'MICROSOFT') expect(await statusOf()).toBe(200);
    else await waitFor('the grant to end', async () => (await statusOf()) === 401);
  });
});

it('a grant is left at the vendor while another workspace uses the same account', async () => {
  const [one, two] = [await signUp(auth), await signUp(auth)];
  const here = await steps.connect(one.actor, 'GOOGLE', 'MAIL', 'both@example.com');
  const there = await steps.connect(two.actor, 'GOOGLE', 'MAIL', 'both@example.com');
  const remove = (actor: WorkspaceActor, connectionId: string) =>
    auth.mutate(actor, 'connectionDelete', { connectionId }, 'connectionId');
  const isDone = async (connectionId: string) => {
    const [row] = await auth.service.database.statement<{ state: string }>(
      "select state from intents where payload->>'connectionId' = ?",
      [connectionId],
    );
    return row?.state === 'DONE';
  };
  const { secrets } = await lend(mail, two.actor, 'GOOGLE', there.id);
  const isAlive = async () => {
    const headers = { authorization: `Bearer ${secrets.accessToken}` };
    return (await fetch(`${sandbox.url}/google/v1/userinfo`, { headers })).ok;
  };
  await remove(one.actor, here.id);
  await waitFor('the first to be dealt with', () => isDone(here.id));
  expect(await isAlive()).toBe(true);
  await remove(two.actor, there.id);
  await waitFor('the grant to end', async () => !(await isAlive()));
});

describe('a state', () => {
  it('of another session is refused without a token request, and is then worth nothing', async () => {
    const { actor, email, password } = await signUp(auth);
    const { session } = await auth.mutate(
      { kind: 'anonymous' },
      'sessionCreate',
      { email, password },
      'session { accessToken }',
    );
    const other = await auth.actorOf(session.accessToken);
    const { authorizationUrl } = await steps.start(actor, { vendor: 'GOOGLE', purpose: 'MAIL' });
    const { state, code } = await steps.comeBack(authorizationUrl, 'GOOGLE', 'ana@example.com');
    const before = await steps.asked('GOOGLE', 'authorization_code');
    const stolen = await steps.finish(other, { state, code });
    expect(stolen.errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect((await steps.finish(actor, { state, code })).errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect(await steps.asked('GOOGLE', 'authorization_code')).toBe(before);
  });

  it('of another workspace is refused without a token request, and the attempt is on record', async () => {
    const [attacker, victim] = [await signUp(auth), await signUp(auth)];
    const { authorizationUrl } = await steps.start(attacker.actor, { vendor: 'GOOGLE', purpose: 'MAIL' });
    const { state, code } = await steps.comeBack(authorizationUrl, 'GOOGLE', 'victim@example.com');
    const before = await steps.asked('GOOGLE', 'authorization_code');
    const refused = await steps.finish(victim.actor, { state, code });
    expect(refused.errors[0].extensions.code).toBe('FORBIDDEN');
    expect(await steps.asked('GOOGLE', 'authorization_code')).toBe(before);
    expect(await eventsOf(victim.actor, 'ConnectionRefused')).toHaveLength(1);
    const { data } = await auth.graphql(attacker.actor, '{ connections { id } }');
    expect(data.connections).toEqual([]);
  });

  it('works once', async () => {
    const { actor } = await signUp(auth);
    const { authorizationUrl } = await steps.start(actor, { vendor: 'ZOOM', purpose: 'MEETINGS' });
    const { state, code } = await steps.comeBack(authorizationUrl, 'ZOOM', 'ana@example.com');
    const before = await steps.asked('ZOOM', 'authorization_code');
    const answers = await Promise.all(Array.from({ length: 10 }, () => steps.finish(actor, { state, code })));
    expect(answers.filter(({ connection }) => connection)).toHaveLength(1);
    expect((await steps.asked('ZOOM', 'authorization_code')) - before).toBe(1);
    expect((await steps.finish(actor, { state, code })).errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it('is late after ten minutes, at the callback and at the finish', async () => {
    const { actor } = await signUp(auth);
    const { authorizationUrl } = await steps.start(actor, { vendor: 'GOOGLE', purpose: 'MAIL' });
    const redirectUrl = await steps.answer(authorizationUrl, 'GOOGLE', 'ana@example.com');
    const { state, code } = await steps.callback(redirectUrl);
    auth.clock.advance(10 * 60_000 + 1);
    expect((await steps.callback(redirectUrl)).status).toBe(400);
    const before = await steps.asked('GOOGLE', 'authorization_code');
    expect((await steps.finish(actor, { state, code })).errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect(await steps.asked('GOOGLE', 'authorization_code')).toBe(before);
  });

  it('that nobody made leads nowhere', async () => {
    const callbackUrl = 'http://switchboard.test/oauth/google/callback';
    for (const query of ['', '?state=x&code=y', `?state=${'A'.repeat(43)}&code=y`, '?state=a&state=b']) {
      const answer = await steps.callback(`${callbackUrl}${query}`);
      expect(answer).toMatchObject({ status: 400, location: null });
    }
    expect(
      (await steps.callback(`http://switchboard.test/oauth/acme/callback?state=${'A'.repeat(43)}`)).status,
    ).toBe(404);
    const { actor } = await signUp(auth);
    expect((await steps.finish(actor, { state: 'A'.repeat(43), code: 'x' })).errors[0].extensions.code).toBe(
      'BAD_USER_INPUT',
    );
  });

  it('of one vendor is nothing at another one’s callback', async () => {
    const { actor } = await signUp(auth);
    const { authorizationUrl } = await steps.start(actor, { vendor: 'GOOGLE', purpose: 'MAIL' });
    const state = new URL(authorizationUrl).searchParams.get('state');
    expect((await steps.callback(`http://x/oauth/zoom/callback?state=${state}&code=y`)).status).toBe(400);
  });
});

describe('a person', () => {
  it('who refuses comes back with the reason, and nothing is connected', async () => {
    const { actor } = await signUp(auth);
    const { authorizationUrl } = await steps.start(actor, { vendor: 'MICROSOFT', purpose: 'MAIL' });
    const redirectUrl = await steps.answer(authorizationUrl, 'MICROSOFT', 'ana@example.com', false);
    const back = await steps.callback(redirectUrl);
    expect(back).toMatchObject({ status: 303, error: 'access_denied', code: '' });
    expect(back.location).toMatch(/^https:\/\/app\.example\.com\/connected\?tab=mail&state=/);
  });

  it('is asked for no more than the purpose needs, by PKCE, and at the registered address', async () => {
    const { actor } = await signUp(auth);
    const { authorizationUrl } = await steps.start(actor, { vendor: 'GOOGLE', purpose: 'MAIL_SEND' });
    const { searchParams } = new URL(authorizationUrl);
    expect(searchParams.get('scope')).toBe('openid email https://www.googleapis.com/auth/gmail.send');
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(searchParams.get('redirect_uri')).toBe('http://switchboard.test/oauth/google/callback');
    expect(searchParams.get('state')).toHaveLength(43);
  });

  it('can widen a connection: what was granted before stays', async () => {
    const { actor } = await signUp(auth);
    const { id } = await steps.connect(actor, 'MICROSOFT', 'MAIL', 'ana@example.com');
    const wider = await steps.connect(actor, 'MICROSOFT', 'CALENDAR', 'ana@example.com', {
      connectionId: id,
    });
    expect(wider).toMatchObject({ id, purposes: ['MAIL', 'MAIL_SEND', 'CALENDAR'] });
    await lend(mail, actor, 'MICROSOFT', id);
    await lend(meetings, actor, 'MICROSOFT', id);
  });

  it('who picks another account than the one to renew, or would lose a purpose, is told so', async () => {
    const { actor } = await signUp(auth);
    const { id } = await steps.connect(actor, 'GOOGLE', 'MAIL', 'ana@example.com');
    const attempt = async (email: string, input: object) => {
      const { authorizationUrl } = await steps.start(actor, { vendor: 'GOOGLE', ...input });
      const { state, code } = await steps.comeBack(authorizationUrl, 'GOOGLE', email);
      return (await steps.finish(actor, { state, code })).userErrors[0]?.code;
    };
    expect(await attempt('ben@example.com', { purpose: 'MAIL', connectionId: id })).toBe('ANOTHER_ACCOUNT');
    expect(await attempt('ana@example.com', { purpose: 'CALENDAR' })).toBe('CONSENT_NARROWER');
    expect(await attempt('ana@example.com', { purpose: 'CALENDAR', connectionId: id })).toBeUndefined();
    const { data } = await auth.graphql(actor, '{ connections { id purposes } }');
    expect(data.connections).toEqual([{ id, purposes: ['MAIL', 'MAIL_SEND', 'CALENDAR'] }]);
  });

  it('who allowed something in another workspace has not allowed it in this one', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    await steps.connect(one.actor, 'GOOGLE', 'MAIL', 'shared@example.com');
    const here = await steps.connect(two.actor, 'GOOGLE', 'CALENDAR', 'shared@example.com');
    expect(here.purposes).toEqual(['CALENDAR']);
  });

  it.each([
    [{ vendor: 'TWILIO', purpose: 'MAIL' }, 'FORM_REQUIRED'],
    [{ vendor: 'GOOGLE', purpose: 'MAIL', returnUrl: 'https://evil.example/' }, 'RETURN_URL_NOT_ALLOWED'],
  ])('is told what is wrong with %j', async (input, code) => {
    const { actor } = await signUp(auth);
    expect((await steps.start(actor, input)).userErrors).toMatchObject([{ code }]);
  });

  it('is told which purposes a vendor has, and of another one’s connection nothing', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    const none = await steps.start(one.actor, { vendor: 'ZOOM', purpose: 'MAIL' });
    expect(none.errors[0]).toMatchObject({ message: 'ZOOM has no MAIL. It has MEETINGS.' });
    const { id } = await steps.connect(one.actor, 'GOOGLE', 'MAIL', 'ana@example.com');
    const input = { vendor: 'GOOGLE', purpose: 'MAIL', connectionId: id };
    const foreign = await steps.start(two.actor, input);
    const unknown = await steps.start(two.actor, {
      ...input,
      connectionId: 'con_00000000000000000000000000',
    });
    expect(foreign.errors[0]).toMatchObject({ message: unknown.errors[0].message });
    expect(foreign.errors[0].extensions.code).toBe('NOT_FOUND');
  });
});

describe('a connection by consent', () => {
  it('of the workspace is made by administrators, also by a key, and lent to every member', async () => {
    const { actor } = await signUp(auth);
    const key: WorkspaceActor = {
      kind: 'apiKey',
      workspaceId: actor.workspaceId,
      apiKeyId: 'key_1',
      scopes: ['workspace:admin'],
      mode: 'live',
    };
    const connection = await steps.connect(key, 'GOOGLE', 'MAIL_SEND', 'team@example.com');
    expect(connection.owner).toBe('WORKSPACE');
    const lent = await lend(mail, { ...actor, userId: 'usr_other' }, 'GOOGLE');
    expect(lent.connectionId).toBe(connection.id);
    const input = { vendor: 'GOOGLE', purpose: 'MAIL', owner: 'WORKSPACE' };
    const member = { ...actor, role: 'MEMBER', scopes: ['mail:send'] };
    expect((await steps.start(member, input)).errors[0].extensions.code).toBe('FORBIDDEN');
    const asUser = await steps.start(key, { ...input, owner: 'USER' });
    expect(asUser.userErrors).toMatchObject([{ code: 'USER_REQUIRED' }]);
  });

  it('of a user is lent for that user only, and is narrower than the workspace’s', async () => {
    const { actor } = await signUp(auth);
    const wide = await steps.connect(actor, 'GOOGLE', 'MAIL', 'team@example.com', { owner: 'WORKSPACE' });
    const narrow = await steps.connect(actor, 'GOOGLE', 'MAIL', 'ana@example.com');
    expect((await lend(mail, actor, 'GOOGLE')).connectionId).toBe(narrow.id);
    const other = { ...actor, userId: 'usr_other' };
    expect((await lend(mail, other, 'GOOGLE')).connectionId).toBe(wide.id);
    await expect(lend(mail, other, 'GOOGLE', narrow.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is not lent to a service that its grant is no good for', async () => {
    const { actor } = await signUp(auth);
    const { id } = await steps.connect(actor, 'GOOGLE', 'CALENDAR', 'ana@example.com');
    await expect(lend(mail, actor, 'GOOGLE', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(lend(mail, actor, 'GOOGLE')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(lend(await auth.asker('billing'), actor, 'GOOGLE', id)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect((await lend(meetings, actor, 'GOOGLE')).connectionId).toBe(id);
  });

  it('goes on with the token before while the vendor is away, and leaves the vendor alone meanwhile', async () => {
    const { actor } = await signUp(auth);
    const { id } = await steps.connect(actor, 'GOOGLE', 'MAIL', 'ana@example.com');
    const before = await lend(mail, actor, 'GOOGLE', id);
    auth.clock.advance(57 * 60_000);
    await steps.fault('GOOGLE', { status: 503, times: 1_000 });
    const asking = await steps.asked('GOOGLE', 'refresh_token');
    for (let n = 0; n < 5; n += 1) {
      expect((await lend(mail, actor, 'GOOGLE', id)).secrets).toEqual(before.secrets);
    }
    expect((await steps.asked('GOOGLE', 'refresh_token')) - asking).toBe(1);
    auth.clock.advance(10 * 60_000);
    await expect(lend(mail, actor, 'GOOGLE', id)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const changes = (await eventsOf(actor, 'ConnectionHealthChanged')).map(({ payload }) =>
      fromBinary(ConnectionHealthChangedSchema, payload),
    );
    expect(changes.map(({ state }) => state)).toEqual([ConnectionState.ERROR]);
    await steps.sandbox.clearFaults();
    auth.clock.advance(10 * 60_000);
    expect((await lend(mail, actor, 'GOOGLE', id)).secrets).not.toEqual(before.secrets);
    expect(await eventsOf(actor, 'ConnectionRecovered')).toHaveLength(1);
    expect(await eventsOf(actor, 'ConnectionRevoked')).toHaveLength(0);
  });

  it.each([
    ['GOOGLE', 'MAIL', 'CONNECTED'],
    ['ZOOM', 'MEETINGS', 'DISCONNECTED'],
  ] as const)(
    'of %s whose next token got lost on its way ends well or asks again',
    async (vendor, purpose, state) => {
      const { actor } = await signUp(auth);
      const asker = vendor === 'GOOGLE' ? mail : meetings;
      const { id } = await steps.connect(actor, vendor, purpose, 'ana@example.com');
      auth.clock.advance(3_600_000);
      await steps.fault(vendor, { dropResponseAfterEffect: true, times: 1 });
      await expect(lend(asker, actor, vendor, id)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      const asking = await steps.asked(vendor, 'refresh_token');
      auth.clock.advance(60_000);
      await lend(asker, actor, vendor, id).catch(() => undefined);
      await lend(asker, actor, vendor, id).catch(() => undefined);
      expect((await steps.asked(vendor, 'refresh_token')) - asking).toBe(1);
      const { data } = await auth.graphql(actor, '{ connections { id state } }');
      expect(data.connections).toEqual([{ id, state }]);
    },
  );

  it('that is connected anew while its old grant is being refused stays connected', async () => {
    const { actor } = await signUp(auth);
    const { id } = await steps.connect(actor, 'GOOGLE', 'MAIL', 'ana@example.com');
    auth.clock.advance(3_600_000);
    const before = await steps.asked('GOOGLE', 'refresh_token');
    // `invalid_grant`, in its time.
    await steps.fault('GOOGLE', { status: 400, delayMs: 1_500, times: 1 });
    const lending = lend(mail, actor, 'GOOGLE', id).catch((thrown: unknown) => thrown);
    await waitFor(
      'the refresh to be under way',
      async () => (await steps.asked('GOOGLE', 'refresh_token')) > before,
    );
    expect((await steps.connect(actor, 'GOOGLE', 'MAIL', 'ana@example.com')).id).toBe(id);
    await lending;
    expect((await auth.graphql(actor, '{ connections { state } }')).data.connections).toEqual([
      { state: 'CONNECTED' },
    ]);
    expect(await eventsOf(actor, 'ConnectionRevoked')).toHaveLength(0);
    await lend(mail, actor, 'GOOGLE', id);
  });

  it('whose token the vendor refuses is asked about, and only the vendor’s word ends it', async () => {
    const { actor } = await signUp(auth);
    const { id } = await steps.connect(actor, 'GOOGLE', 'MAIL', 'ana@example.com');
    const report = () =>
      mail.ask(AuthService.method.reportConnectionUse, {
        connectionId: id,
        workspaceId: actor.workspaceId,
        succeeded: false,
        errorCode: 'RECONNECT_REQUIRED',
      });
    const stateOf = async () =>
      (await auth.graphql(actor, '{ connections { state } }')).data.connections[0].state;
    auth.clock.advance(120_000);
    await report();
    expect(await stateOf()).toBe('CONNECTED');
    await report();
    expect(await stateOf()).toBe('ERROR');
    await steps.simulate('GOOGLE', 'revoke', { email: 'ana@example.com' });
    auth.clock.advance(120_000);
    await report();
    expect(await stateOf()).toBe('DISCONNECTED');
    expect(await eventsOf(actor, 'ConnectionRevoked')).toHaveLength(1);
    // Whoever still holds a token may use it for a while; the grant is over all the same.
    await mail.ask(AuthService.method.reportConnectionUse, {
      connectionId: id,
      workspaceId: actor.workspaceId,
      succeeded: true,
      errorCode: '',
    });
    expect(await stateOf()).toBe('DISCONNECTED');
  });

  it('shows tokens nowhere: not in the API, not in events, not in the database', async () => {
    const { actor } = await signUp(auth);
    const { id } = await steps.connect(actor, 'MICROSOFT', 'MAIL', 'ana@example.com');
    const { secrets } = await lend(mail, actor, 'MICROSOFT', id);
    const rows = await auth.service.database.statement('select * from connections where id = ?', [id]);
    const consents = await auth.service.database.statement('select * from consents');
    const shown = await auth.graphql(actor, '{ connections { id name secrets { name value } } }');
    const everything = JSON.stringify([rows, consents, shown]);
    expect(everything).not.toContain(secrets.accessToken);
    expect(everything).not.toContain('M.C5_SN1');
    const events = (await auth.events()).map(({ payload }) => Buffer.from(payload).toString('latin1')).join();
    expect(events).not.toContain('ana@example.com');
  });
});

it('a vendor that nobody connected is told apart from one that nobody can connect', async () => {
  const { actor } = await signUp(auth);
  const { data } = await auth.graphql(actor, '{ integrations { vendor state } }');
  const states = Object.fromEntries(data.integrations.map((one: Loose) => [one.vendor, one.state]));
  expect(states).toMatchObject({ GOOGLE: 'DISCONNECTED', OPENAI: 'NOT_CONFIGURED', TWILIO: 'CONNECTED' });
});
