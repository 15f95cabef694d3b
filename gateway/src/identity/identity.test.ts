import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';
import { startStub } from '../http.fixture.ts';
import { ApiKeys } from './api-keys.ts';
import { JwksCache } from './jwks.ts';
import { OpenSessions } from './open-sessions.ts';

const SECRET = 'sb_live_01J_abcdefghijklmnop';
const holder = {
  apiKeyId: 'key_1',
  workspaceId: 'wsp_1',
  scopes: ['telephony:read'],
  mode: 'live' as const,
};

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  Object.assign(gateway.apiKeys, { holder, down: false, asked: 0 });
});

const query = { query: '{ smsMessages { totalCount } }' };
const as = (credential: string) => gateway.post(query, { authorization: credential });

describe('sessions', () => {
  const refused: [string, () => Promise<string>][] = [
    ['another issuer', () => gateway.token({ iss: 'somebody' })],
    ['another audience', () => gateway.token({ aud: 'elsewhere' })],
    ['an expired token', () => gateway.token({ exp: 1 })],
    ['a token without workspace', () => gateway.token({ ws: undefined })],
    [
      'another key',
      async () => {
        const { privateKey } = await generateKeyPair('EdDSA');
        return new SignJWT({ sub: 'usr_1' }).setProtectedHeader({ alg: 'EdDSA', kid: 'k1' }).sign(privateKey);
      },
    ],
    ['alg none', async () => new UnsecuredJWT({ sub: 'usr_1', ws: 'wsp_1', sid: 'ses_1' }).encode()],
    ['HS256', () => new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(new Uint8Array(32))],
    ['no token', async () => ''],
    ['nonsense', async () => 'nonsense'],
  ];
  it.each(refused)('refuse %s with 401', async (_name, make) => {
    const { status, body, headers } = await as(`Bearer ${await make()}`);
    expect(status).toBe(401);
    expect(body.data).toBeUndefined();
    expect(body.errors[0]).toMatchObject({
      message: 'The credentials are not valid.',
      extensions: { code: 'UNAUTHENTICATED' },
    });
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  it('end at once when revoked, and when auth says so', async () => {
    const live = `Bearer ${await gateway.token({ sid: 'ses_2' })}`;
    expect((await as(live)).status).toBe(200);
    gateway.gateway.sessionRevoked('ses_2');
    expect((await as(live)).status).toBe(401);

    gateway.sessions.closed.add('ses_3');
    expect((await as(`Bearer ${await gateway.token({ sid: 'ses_3' })}`)).status).toBe(401);
  });

  it('work while auth cannot be asked', async () => {
    gateway.sessions.down = true;
    expect((await as(`Bearer ${await gateway.token({ sid: 'ses_4' })}`)).status).toBe(200);
    gateway.sessions.down = false;
  });

  it('are asked about again after the link broke', async () => {
    const asked: string[] = [];
    const sessions = new OpenSessions({
      async isOpen(sessionId) {
        asked.push(sessionId);
        return true;
      },
    });
    await Promise.all([sessions.requireOpen('ses_1'), sessions.requireOpen('ses_1')]);
    await sessions.requireOpen('ses_1');
    expect(asked).toEqual(['ses_1']);
    sessions.forgetConfirmed();
    await sessions.requireOpen('ses_1');
    expect(asked).toEqual(['ses_1', 'ses_1']);
  });
});

describe('API keys', () => {
  it('are asked about once and remembered', async () => {
    const one = await as(`Bearer ${SECRET}`);
    expect(one.body.errors).toBeUndefined();
    await Promise.all([as(`Bearer ${SECRET}`), as(`Bearer ${SECRET}`)]);
    expect(gateway.apiKeys.asked).toBe(1);
  });

  it('end at once when revoked', async () => {
    const secret = `${SECRET}2`;
    Object.assign(gateway.apiKeys, { holder: { ...holder, apiKeyId: 'key_2' } });
    expect((await as(`Bearer ${secret}`)).status).toBe(200);
    gateway.gateway.apiKeyRevoked('key_2');
    expect((await as(`Bearer ${secret}`)).status).toBe(401);
  });

  it('unknown ones are refused; while auth is away unremembered ones are UNAVAILABLE', async () => {
    gateway.apiKeys.holder = undefined;
    expect((await as(`Bearer ${SECRET}3`)).status).toBe(401);
    gateway.apiKeys.down = true;
    const away = await as(`Bearer ${SECRET}4`);
    expect(away.status).toBe(503);
    expect(away.body.errors[0].extensions.code).toBe('UNAVAILABLE');
    expect(away.headers.get('retry-after')).toBe('1');
    expect((await as('Bearer sb_live_malformed')).status).toBe(401);
  });

  it('are remembered for 5 s at most, and a refusal for 1 s', async () => {
    let now = 0;
    let asked = 0;
    let answer: typeof holder | undefined = holder;
    const keys = new ApiKeys(
      {
        async verify() {
          asked += 1;
          return answer;
        },
      },
      () => now,
    );
    await keys.verify(SECRET, '::1');
    now = 4_999;
    await keys.verify(SECRET, '::1');
    expect(asked).toBe(1);
    await keys.verify(SECRET, '::2');
    expect(asked).toBe(2);
    now = 5_001;
    answer = undefined;
    await expect(keys.verify(SECRET, '::1')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(keys.verify(SECRET, '::1')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(asked).toBe(3);
    now = 6_100;
    answer = holder;
    await keys.verify(SECRET, '::1');
    expect(asked).toBe(4);
  });

  it('of a suspended workspace end at once, also while the answer is under way, and only those', async () => {
    let now = 0;
    const answers: (() => void)[] = [];
    const other = { ...holder, apiKeyId: 'key_9', workspaceId: 'wsp_other' };
    const keys = new ApiKeys(
      {
        verify: (secret) =>
          new Promise((resolve) => {
            answers.push(() => resolve(secret === SECRET ? holder : other));
          }),
      },
      () => now,
    );
    const [verifying, others] = [keys.verify(SECRET, '::1'), keys.verify(`${SECRET}9`, '::1')];
    keys.suspend(holder.workspaceId);
    for (const answer of answers) answer();
    await expect(verifying).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await others).workspaceId).toBe('wsp_other');
    // What auth said before is forgotten by then; what it says now counts.
    now = 10_001;
    const resumed = keys.verify(SECRET, '::1');
    answers.at(-1)?.();
    expect((await resumed).workspaceId).toBe(holder.workspaceId);
  });

  it('a revocation overtakes an answer that is under way', async () => {
    let answer: (found: typeof holder) => void = () => {};
    const keys = new ApiKeys({
      verify: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const verifying = keys.verify(SECRET, '::1');
    keys.revoke('key_1');
    answer(holder);
    await expect(verifying).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('nobody', () => {
  it('is anonymous', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ smsMessages { totalCount } vendor(how: "limited") }' }),
    });
    const body = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(response.status).toBe(200);
    expect(body.errors.map(({ extensions }) => extensions.code)).toContain('UNAUTHENTICATED');
  });
});

describe('keys of auth', () => {
  it('stay good while auth is down, and without any it is UNAVAILABLE', async () => {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const { exportJWK, jwtVerify } = await import('jose');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA' };
    const auth = await startStub((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
    let now = 0;
    const cache = new JwksCache(auth.url, () => now);
    const token = await new SignJWT({}).setProtectedHeader({ alg: 'EdDSA', kid: 'k' }).sign(privateKey);
    await jwtVerify(token, cache.getKey);
    await auth.close();
    now = 3_600_000;
    await jwtVerify(token, cache.getKey);
    await expect(jwtVerify(token, new JwksCache(auth.url).getKey)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});
