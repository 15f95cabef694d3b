import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import type { WorkspaceActor } from '@switchboard/identity';
import { AuthService, Mode } from '@switchboard/proto-schemas';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { googleAccount, sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsentSteps, RETURN_ORIGIN } from './consent-steps.ts';
import { signUp, startAuth, type TestAuth } from './harness.ts';

const [KEY, OLD_KEY] = [randomBytes(32), randomBytes(32)];
let auth: TestAuth;
let sandbox: Sandbox;
let steps: ConsentSteps;

beforeAll(async () => {
  sandbox = await startSandbox({ publicUrl: 'http://switchboard.test' });
  auth = await startAuth({
    AUTH_SANDBOX_URL: sandbox.url,
    AUTH_RETURN_ORIGINS: RETURN_ORIGIN,
    AUTH_FERNET_KEYS: [KEY, OLD_KEY].map((key) => key.toString('base64url')).join(', '),
  });
  steps = new ConsentSteps(auth, sandbox.url);
});
afterAll(async () => {
  await auth.stop();
  await sandbox.close();
});

/** As the earlier products stored it. */
function fernet(text: string, key = KEY): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', key.subarray(16), iv);
  const body = Buffer.concat([cipher.update(text), cipher.final()]);
  const signed = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(8), iv, body]);
  return Buffer.concat([signed, createHmac('sha256', key.subarray(0, 16)).update(signed).digest()]).toString(
    'base64url',
  );
}

const { accountSid, authToken, phoneNumber } = sandboxAccounts.twilio;
const SECRETS = [
  { name: 'accountSid', value: accountSid },
  { name: 'authToken', value: authToken },
  { name: 'phoneNumber', value: phoneNumber },
];
const SELECTION = 'connection { id name secrets { name value } }';
const create = (actor: WorkspaceActor, secrets: object[]) =>
  auth.mutate(actor, 'connectionCreate', { vendor: 'TWILIO', name: 'Support line', secrets }, SELECTION);
const update = (actor: WorkspaceActor, input: object) =>
  auth.mutate(actor, 'connectionUpdate', { ...input }, SELECTION);
const lent = async (actor: WorkspaceActor, vendor: string, service: string) =>
  (await auth.asker(service)).ask(AuthService.method.lendCredential, {
    vendor,
    workspaceId: actor.workspaceId,
    userId: actor.userId ?? '',
    connectionId: '',
    mode: Mode.LIVE,
  });

describe('a secret as an earlier product stored it', () => {
  it('is read under any of its keys, and kept in the vault', async () => {
    const { actor } = await signUp(auth);
    const [sid, token, ...rest] = SECRETS;
    const { connection } = await create(actor, [
      sid ?? {},
      { ...token, value: fernet(authToken, OLD_KEY), encoding: 'FERNET' },
      ...rest,
    ]);
    expect(connection.id).toMatch(/^con_/);
    expect((await lent(actor, 'twilio', 'telephony')).secrets.authToken).toBe(authToken);
  });

  it('that no key opens is refused, and nothing is made', async () => {
    const { actor } = await signUp(auth);
    const [sid, token, ...rest] = SECRETS;
    for (const value of [fernet(authToken, randomBytes(32)), authToken, 'gAAAA']) {
      const { connection, userErrors } = await create(actor, [
        sid ?? {},
        { ...token, value, encoding: 'FERNET' },
        ...rest,
      ]);
      expect(connection).toBeNull();
      expect(userErrors).toMatchObject([
        { code: 'SECRET_UNREADABLE', path: ['input', 'secrets', 'authToken'] },
      ]);
    }
    expect((await auth.graphql(actor, '{ connections { id } }')).data.connections).toEqual([]);
  });
});

describe('a grant of an earlier product', () => {
  /** What a person allowed before there was a Switchboard: the same application, another place to keep it. */
  async function earlierGrant(email: string): Promise<string> {
    const { actor } = await signUp(auth);
    const before = (await steps.sandbox.requests('google')).length;
    await steps.connect(actor, 'GOOGLE', 'MAIL', email);
    expect((await steps.sandbox.requests('google')).length).toBeGreaterThan(before);
    const { clientId, clientSecret } = googleAccount;
    const redirectUri = 'http://switchboard.test/oauth/google/callback';
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      access_type: 'offline',
      prompt: 'consent',
      scope: 'openid email https://www.googleapis.com/auth/gmail.send',
    });
    const redirectUrl = await steps.answer(
      `${sandbox.url}/google/o/oauth2/v2/auth?${query}`,
      'GOOGLE',
      email,
    );
    const response = await fetch(`${sandbox.url}/google/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uri: redirectUri,
        code: new URL(redirectUrl).searchParams.get('code') ?? '',
      }).toString(),
    });
    return ((await response.json()) as { refresh_token: string }).refresh_token;
  }
  const take = (actor: WorkspaceActor, input: object) =>
    auth.mutate(
      actor,
      'connectionImport',
      { vendor: 'GOOGLE', ...input },
      'connection { id name owner purposes state }',
    );

  it('is taken over with its account and purposes, and renewed from then on', async () => {
    const refreshToken = await earlierGrant('earlier@example.com');
    const { actor } = await signUp(auth);
    const input = { refreshToken: fernet(refreshToken), encoding: 'FERNET', owner: 'WORKSPACE' };
    const { connection } = await take(actor, input);
    expect(connection).toMatchObject({
      name: 'earlier@example.com',
      owner: 'WORKSPACE',
      purposes: ['MAIL_SEND'],
      state: 'CONNECTED',
    });
    const first = (await lent(actor, 'google', 'mail')).secrets.accessToken;
    auth.clock.advance(3_600_000);
    const next = (await lent(actor, 'google', 'mail')).secrets.accessToken;
    expect(next).toMatch(/^ya29\./);
    expect(next).not.toBe(first);
    expect((await take(actor, input)).connection.id).toBe(connection.id);
  });

  it('that is over, or of a vendor with a form, is refused', async () => {
    const { actor } = await signUp(auth);
    expect((await take(actor, { refreshToken: '1//0nonsense' })).userErrors).toMatchObject([
      { code: 'GRANT_OVER' },
    ]);
    expect((await take(actor, { vendor: 'STRIPE', refreshToken: 'x' })).userErrors).toMatchObject([
      { code: 'FORM_REQUIRED' },
    ]);
  });
});

describe('a connection', () => {
  it('is renamed, and gets another secret in place, what is not named staying', async () => {
    const { actor } = await signUp(auth);
    const { connection } = await create(actor, SECRETS);
    const { id: connectionId } = connection;
    expect((await update(actor, { connectionId, name: 'Sales line' })).connection.name).toBe('Sales line');
    const secrets = [{ name: 'authToken', value: 'another-token-of-32-characters-0001' }];
    expect((await update(actor, { connectionId, secrets })).connection).toMatchObject({
      id: connectionId,
      name: 'Sales line',
    });
    expect((await lent(actor, 'twilio', 'telephony')).secrets).toMatchObject({
      accountSid,
      authToken: 'another-token-of-32-characters-0001',
      previousAuthToken: authToken,
    });
  });

  it('takes no value its vendor would not, and is nobody else’s to change', async () => {
    const [{ actor }, stranger] = [await signUp(auth), await signUp(auth)];
    const { connection } = await create(actor, SECRETS);
    const { id: connectionId } = connection;
    const bad = await update(actor, { connectionId, secrets: [{ name: 'phoneNumber', value: '12' }] });
    expect(bad.userErrors).toMatchObject([{ code: 'SECRET_INVALID' }]);
    const foreign = await update(stranger.actor, { connectionId, name: 'Mine' });
    expect(foreign.errors[0].extensions.code).toBe('NOT_FOUND');
    const member = { ...actor, role: 'MEMBER', scopes: ['mail:read'] };
    expect((await update(member, { connectionId, name: 'Mine' })).errors[0].extensions.code).toBe(
      'FORBIDDEN',
    );
    const own = await steps.connect(actor, 'GOOGLE', 'MAIL', 'ana@example.com');
    const secret = { connectionId: own.id, secrets: [{ name: 'refreshToken', value: 'x' }] };
    expect((await update(actor, secret)).userErrors).toMatchObject([{ code: 'CONSENT_REQUIRED' }]);
    expect((await update(actor, { connectionId: own.id, name: 'My mailbox' })).connection.name).toBe(
      'My mailbox',
    );
  });
});
