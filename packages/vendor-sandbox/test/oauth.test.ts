import { ConfidentialClientApplication, type INetworkModule } from '@azure/msal-node';
import { OAuth2Client } from 'google-auth-library';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { googleAccount, microsoftAccount } from '../src/accounts.ts';
import { type Sandbox, startSandbox } from '../src/index.ts';
import { OAuthTestClient, VENDORS, type VendorKey } from './oauth-client.ts';

let sandbox: Sandbox;
const clock = { now: new Date('2026-11-20T09:00:00Z') };
const advance = (ms: number) => {
  clock.now = new Date(clock.now.getTime() + ms);
};

beforeAll(async () => {
  sandbox = await startSandbox({ now: () => clock.now });
});
afterAll(() => sandbox.close());
beforeEach(() => fetch(`${sandbox.url}/control/reset`, { method: 'POST' }));

const names = Object.keys(VENDORS) as VendorKey[];

describe.each(names)('consent at %s', (vendor) => {
  const client = () => new OAuthTestClient(sandbox.url, vendor);

  it('shows who asks for what, and sends the person back with code and state', async () => {
    const page = await (await fetch(client().authorizationUrl({ login_hint: 'zoe@example.com' }))).text();
    for (const text of ['ana@example.com', 'value="zoe@example.com"', 'Allow', 'Deny']) {
      expect(page).toContain(text);
    }
    const back = await client().answer({ answer: 'allow', account: 'ben@example.com' });
    expect(`${back.origin}${back.pathname}`).toBe(`http://localhost:4000/oauth/${vendor}/callback`);
    expect(back.searchParams.get('state')).toBe('state-1');
    expect(back.searchParams.get('code')).not.toBe('');
  });

  it('sends a person who refuses back without a code', async () => {
    const back = await client().answer({ answer: 'deny' });
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.get('state')).toBe('state-1');
    expect(back.searchParams.get('code')).toBeNull();
  });

  it('asks again for an address that is none', async () => {
    expect(String(await client().answer({ answer: 'allow', other: 'nobody' }))).toContain('no-redirect/400');
  });

  it('sends nobody to an address that was not registered, and knows no stranger', async () => {
    const wrong = [
      { redirect_uri: 'http://localhost:4000/oauth/evil' },
      { redirect_uri: `http://localhost:4000/oauth/${vendor}/callback/` },
      { client_id: 'nobody' },
    ];
    for (const change of wrong) {
      const response = await fetch(client().authorizationUrl(change), { redirect: 'manual' });
      expect(response.status).toBe(400);
      expect(response.headers.get('location')).toBeNull();
    }
  });

  it('tells the application what else is wrong', async () => {
    for (const [change, error] of [
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ prompt: 'none' }, 'interaction_required'],
    ] as const) {
      const response = await fetch(client().authorizationUrl(change), { redirect: 'manual' });
      const location = new URL(response.headers.get('location') ?? '');
      expect(location.searchParams.get('error')).toBe(error);
    }
  });

  it('gives tokens for a code once, and takes them back when it comes again', async () => {
    const one = client();
    const code = await one.code();
    const first = await one.redeem(code);
    expect(first.status).toBe(200);
    expect((await one.me(first.body.access_token)).body).toMatchObject({});
    expect((await one.me(first.body.access_token)).status).toBe(200);
    expect(await one.redeem(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await one.me(first.body.access_token)).status).toBe(401);
    expect(await one.refresh(first.body.refresh_token)).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it('gives none for a code that is late, a stranger’s, or comes with another verifier or address', async () => {
    const one = client();
    const bad = [
      { code_verifier: 'x'.repeat(43) },
      { redirect_uri: 'http://localhost:4000/sign-in/evil' },
      { code: 'guessed' },
    ];
    for (const change of bad) {
      expect(await one.redeem(await one.code(), change)).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      });
    }
    const late = await one.code();
    advance(10 * 60_000 + 1);
    expect(await one.redeem(late)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await one.redeem(await one.code(), { client_secret: 'wrong' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
  });

  it('gives access tokens that end, and others for the refresh token', async () => {
    const one = client();
    const { body } = await one.redeem(await one.code());
    advance(3_600_000);
    expect((await one.me(body.access_token)).status).toBe(401);
    const next = await one.refresh(body.refresh_token);
    expect((await one.me(next.body.access_token)).status).toBe(200);
    await one.simulate('expire', { email: 'ana@example.com' });
    expect((await one.me(next.body.access_token)).status).toBe(401);
  });

  it('is over when the person takes it back', async () => {
    const one = client();
    const { body } = await one.redeem(await one.code());
    expect(await one.simulate('revoke', { email: 'ana@example.com' })).toEqual({ revoked: 1 });
    expect((await one.me(body.access_token)).status).toBe(401);
    expect(await one.refresh(body.refresh_token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  it('can be given without a browser, by the same rules', async () => {
    const one = client();
    const { redirectUrl } = await one.simulate('consent', {
      authorizationUrl: one.authorizationUrl(),
      email: 'chloe@example.com',
    });
    const { body } = await one.redeem(new URL(redirectUrl).searchParams.get('code') ?? '');
    const me = await one.me(body.access_token);
    expect(JSON.stringify(me.body)).toContain('chloe@example.com');
    const refused = await one.simulate('consent', {
      authorizationUrl: one.authorizationUrl({ client_id: 'nobody' }),
      email: 'chloe@example.com',
    });
    expect(refused.error.message).toContain('invalid_client');
  });

  it('loses the answer after the refresh happened, when a fault says so', async () => {
    const one = client();
    const { body } = await one.redeem(await one.code());
    await fetch(`${sandbox.url}/control/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        vendor,
        match: `POST ${VENDORS[vendor].tokenPath}`,
        dropResponseAfterEffect: true,
      }),
    });
    await expect(one.refresh(body.refresh_token)).rejects.toThrow();
    const again = await one.refresh(body.refresh_token);
    // Only Zoom has no way back from there: the token that was lost took the place of this one.
    expect(again.status).toBe(vendor === 'zoom' ? 400 : 200);
  });

  it('shows no token and no secret in the request log', async () => {
    const one = client();
    const { body } = await one.redeem(await one.code());
    await one.refresh(body.refresh_token);
    const log = await (await fetch(`${sandbox.url}/control/requests?vendor=${vendor}`)).text();
    const secrets = [
      body.access_token,
      body.refresh_token,
      one.verifier,
      VENDORS[vendor].account.clientSecret,
    ];
    for (const secret of secrets) expect(log).not.toContain(secret);
  });
});

describe('refresh tokens', () => {
  it('of Google stay the same and come with the first consent only', async () => {
    const google = new OAuthTestClient(sandbox.url, 'google');
    const first = await google.redeem(await google.code());
    expect(first.body.refresh_token).toBeDefined();
    expect((await google.refresh(first.body.refresh_token)).body.refresh_token).toBeUndefined();
    const silent = await google.code('ana@example.com', { prompt: 'select_account' });
    expect((await google.redeem(silent)).body.refresh_token).toBeUndefined();
    const online = await google.code('ben@example.com', { access_type: 'online' });
    expect((await google.redeem(online)).body.refresh_token).toBeUndefined();
  });

  it('of Microsoft are replaced, and the one before works for another day', async () => {
    const microsoft = new OAuthTestClient(sandbox.url, 'microsoft');
    const { body } = await microsoft.redeem(await microsoft.code());
    const next = await microsoft.refresh(body.refresh_token);
    expect(next.body.refresh_token).not.toBe(body.refresh_token);
    expect((await microsoft.refresh(body.refresh_token)).status).toBe(200);
    advance(24 * 3_600_000 + 1);
    const late = await microsoft.refresh(body.refresh_token);
    expect(late.body).toMatchObject({ error: 'invalid_grant', error_codes: [70_000] });
    const plain = await microsoft.code('ben@example.com', { scope: 'openid User.Read' });
    expect((await microsoft.redeem(plain)).body.refresh_token).toBeUndefined();
  });

  it('of Zoom are replaced, and the one before is dead at once', async () => {
    const zoom = new OAuthTestClient(sandbox.url, 'zoom');
    const { body } = await zoom.redeem(await zoom.code());
    const next = await zoom.refresh(body.refresh_token);
    expect(await zoom.refresh(body.refresh_token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect((await zoom.refresh(next.body.refresh_token)).status).toBe(200);
  });
});

describe('Google', () => {
  it('grants along what was granted before, when asked to', async () => {
    const google = new OAuthTestClient(sandbox.url, 'google');
    await google.redeem(await google.code());
    const calendar = 'https://www.googleapis.com/auth/calendar.events';
    const more = { scope: calendar, include_granted_scopes: 'true' };
    const both = await google.redeem(await google.code('ana@example.com', more));
    expect(both.body.scope).toContain('gmail.send');
    expect(both.body.scope).toContain(calendar);
    const alone = await google.redeem(await google.code('ben@example.com', more));
    expect(alone.body.scope).toBe(calendar);
  });

  it('ends a consent by either of its tokens, and knows no other', async () => {
    const google = new OAuthTestClient(sandbox.url, 'google');
    const { body } = await google.redeem(await google.code());
    const revoke = (token: string) =>
      fetch(`${sandbox.url}/google/revoke?token=${encodeURIComponent(token)}`, { method: 'POST' });
    expect((await revoke('nonsense')).status).toBe(400);
    expect((await revoke(body.access_token)).status).toBe(200);
    expect((await google.refresh(body.refresh_token)).status).toBe(400);
    expect((await revoke(body.refresh_token)).status).toBe(400);
  });

  it('signs ID tokens that its own library accepts, and only good ones', async () => {
    // The library goes by the time of day.
    clock.now = new Date();
    const library = new OAuth2Client({
      clientId: googleAccount.clientId,
      endpoints: { oauth2FederatedSignonPemCertsUrl: `${sandbox.url}/google/oauth2/v1/certs` },
    });
    const google = new OAuthTestClient(sandbox.url, 'google');
    const minted = async (input: object): Promise<string> =>
      (await google.simulate('id-token', { email: 'ana@example.com', ...input })).idToken;
    const verify = (idToken: string) =>
      library.verifyIdToken({ idToken, audience: [googleAccount.clientId, googleAccount.iosClientId] });
    const claims = (await verify(await minted({}))).getPayload();
    expect(claims).toMatchObject({ email: 'ana@example.com', email_verified: true, name: 'Ana Lima' });
    await verify(await minted({ clientId: googleAccount.iosClientId }));
    for (const bad of [
      { clientId: 'another' },
      { expiresInSeconds: -600 },
      { issuer: 'https://evil.example' },
    ]) {
      await expect(verify(await minted(bad))).rejects.toThrow();
    }
    const consented = await google.redeem(await google.code('ana@example.com', { nonce: 'n-1' }));
    expect(decodeJwt(consented.body.id_token)).toMatchObject({ sub: claims?.sub, nonce: 'n-1' });
    const keys = createRemoteJWKSet(new URL(`${sandbox.url}/google/oauth2/v3/certs`));
    await jwtVerify(consented.body.id_token, keys, { issuer: 'https://accounts.google.com' });
  });
});

describe('Microsoft', () => {
  it('lets its own library sign a person in, behind a client that rewrites the host', async () => {
    const rewriting: INetworkModule = {
      sendGetRequestAsync: (url, options) => send(url, { headers: options?.headers }),
      sendPostRequestAsync: (url, options) =>
        send(url, { method: 'POST', headers: options?.headers, body: options?.body }),
    };
    async function send(url: string, init: object) {
      const response = await fetch(
        url.replace('https://login.microsoftonline.com', `${sandbox.url}/microsoft`),
        init,
      );
      const headers = Object.fromEntries(response.headers);
      return { headers, body: (await response.json()) as never, status: response.status };
    }
    const library = new ConfidentialClientApplication({
      auth: {
        clientId: microsoftAccount.clientId,
        clientSecret: microsoftAccount.clientSecret,
        authority: 'https://login.microsoftonline.com/common',
      },
      system: { networkClient: rewriting },
    });
    const microsoft = new OAuthTestClient(sandbox.url, 'microsoft');
    const code = await microsoft.code('ben@example.com', {
      scope: 'openid profile email offline_access User.Read',
      nonce: 'n-2',
    });
    const result = await library.acquireTokenByCode({
      code,
      scopes: ['User.Read'],
      redirectUri: microsoft.redirectUri,
      codeVerifier: microsoft.verifier,
      nonce: 'n-2',
    });
    expect(result.account?.username).toBe('ben@example.com');
    expect(result.idTokenClaims).toMatchObject({ nonce: 'n-2', ver: '2.0' });
    expect((await microsoft.me(result.accessToken)).body).toMatchObject({ mail: 'ben@example.com' });
  });

  it('answers /me only for the scope', async () => {
    const microsoft = new OAuthTestClient(sandbox.url, 'microsoft');
    const { body } = await microsoft.redeem(await microsoft.code('ana@example.com', { scope: 'Mail.Send' }));
    expect((await microsoft.me(body.access_token)).status).toBe(403);
  });
});

describe('Zoom', () => {
  it('lets a person’s token work for that person’s meetings', async () => {
    const zoom = new OAuthTestClient(sandbox.url, 'zoom');
    const { body } = await zoom.redeem(await zoom.code('ben@example.com'));
    expect((await zoom.me(body.access_token)).body).toMatchObject({ email: 'ben@example.com' });
    const other = await zoom.redeem(await zoom.code('ana@example.com'));
    expect((await zoom.me(other.body.access_token)).body.id).not.toBe(
      (await zoom.me(body.access_token)).body.id,
    );
  });
});
