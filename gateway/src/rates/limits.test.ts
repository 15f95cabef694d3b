import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallerLimits } from '../config.ts';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';
import { seen } from '../small-services.fixture.ts';

const open: GatewayFixture[] = [];
async function gatewayWith(limits: Partial<CallerLimits>) {
  const gateway = await startGateway({}, { limits });
  open.push(gateway);
  return gateway;
}
afterAll(async () => {
  for (const gateway of open) await gateway.close();
});
beforeEach(() => {
  seen.contexts = [];
  seen.sessionCreates = 0;
});

const page = (first: number) => ({ query: `{ smsMessages(first: ${first}) { nodes { id } } }` });

describe('the cost of an operation', () => {
  it('is told with the answer, and taken from the bucket', async () => {
    const gateway = await gatewayWith({ bucketPoints: 1_000, refillPerMinute: 1 });
    const { body, headers } = await gateway.post(page(50));
    expect(body.errors).toBeUndefined();
    expect(body.extensions.cost).toEqual({ requested: 51, maximum: 5_000, remaining: 949 });
    expect(headers.get('ratelimit-limit')).toBe('1000');
    expect(headers.get('ratelimit-remaining')).toBe('949');
    // 51 points come back in 51 minutes.
    expect(headers.get('ratelimit-reset')).toBe('3060');
  });

  it('beyond the most an operation may cost refuses it, and nothing runs', async () => {
    const gateway = await gatewayWith({});
    const { status, body, headers } = await gateway.post({
      query:
        'query ($n: Int) { a: smsMessages(first: $n) { nodes { id } } b: smsMessages(first: $n) { nodes { id } } }',
      variables: { n: 2_500 },
    });
    expect(status).toBe(429);
    expect(body.data).toBeUndefined();
    expect(body.errors[0]).toMatchObject({
      message: 'This costs 5002 points; one operation may cost 5000 at most.',
      extensions: { code: 'COST_EXCEEDED', requested: 5_002, maximum: 5_000 },
    });
    expect(body.extensions.cost.requested).toBe(5_002);
    // It will never pass, so there is no time to wait.
    expect(headers.get('retry-after')).toBeNull();
    expect(seen.contexts).toEqual([]);
    const allowed = await gateway.post(page(4_999));
    expect(allowed.body.extensions.cost.requested).toBe(5_000);
    expect(allowed.body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a bucket', () => {
  it('that is empty refuses with 429 and says when to come back; nothing runs', async () => {
    const gateway = await gatewayWith({ bucketPoints: 100, refillPerMinute: 1 });
    expect((await gateway.post(page(89))).body.errors).toBeUndefined();
    const before = seen.contexts.length;
    const { status, headers, body } = await gateway.post(page(20));
    expect(status).toBe(429);
    expect(body.data).toBeUndefined();
    expect(body.errors[0].extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 660 });
    expect(headers.get('retry-after')).toBe('660');
    expect(headers.get('ratelimit-remaining')).toBe('10');
    expect(seen.contexts).toHaveLength(before);
    // What is left still buys something smaller.
    expect((await gateway.post(page(5))).body.errors).toBeUndefined();
    const mutation = await gateway.post({ query: 'mutation { sessionCreate }' });
    expect(mutation.status).toBe(429);
    expect(seen.sessionCreates).toBe(0);
  });

  it('belongs to one key, one session, or one address', async () => {
    const gateway = await gatewayWith({ bucketPoints: 60, refillPerMinute: 1 });
    const spend = async (headers: Record<string, string>) => (await gateway.post(page(49), headers)).status;
    const session = async (sid: string) => ({ authorization: `Bearer ${await gateway.token({ sid })}` });
    expect(await spend(await session('ses_a'))).toBe(200);
    expect(await spend(await session('ses_a'))).toBe(429);
    expect(await spend(await session('ses_b'))).toBe(200);
    const holder = { workspaceId: 'wsp_1', scopes: ['telephony:read'], mode: 'live' } as const;
    gateway.apiKeys.holder = { ...holder, apiKeyId: 'key_a' };
    const keyA = { authorization: 'Bearer sb_live_a_a' };
    expect(await spend(keyA)).toBe(200);
    // Another secret of the same key, as during rotation.
    expect(await spend({ authorization: 'Bearer sb_live_a_a2' })).toBe(429);
    gateway.apiKeys.holder = { ...holder, apiKeyId: 'key_b' };
    expect(await spend({ authorization: 'Bearer sb_live_b_b' })).toBe(200);
    const anonymous = () =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(page(49)),
      });
    expect((await anonymous()).status).toBe(200);
    expect((await anonymous()).status).toBe(429);
  });

  it('can be asked for', async () => {
    const gateway = await gatewayWith({ bucketPoints: 1_000, refillPerMinute: 600 });
    const before = Date.now();
    const { body } = await gateway.post({
      query: '{ rateLimit { limit cost remaining used resetAt } smsMessages(first: 59) { nodes { id } } }',
    });
    expect(body.data.rateLimit).toMatchObject({ limit: 1_000, cost: 60, remaining: 940, used: 60 });
    const until = Date.parse(body.data.rateLimit.resetAt) - before;
    expect(until).toBeGreaterThan(5_500);
    expect(until).toBeLessThan(8_000);
    const anonymous = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ rateLimit { limit } }"}',
    });
    expect(await anonymous.json()).toMatchObject({ data: { rateLimit: { limit: 1_000 } } });
  });

  it('is told with every answer, refusals of all kinds included', async () => {
    const gateway = await gatewayWith({ bucketPoints: 1_000, refillPerMinute: 1 });
    const answers = [
      await gateway.post('no json'),
      await gateway.post({ query: '{' }),
      await gateway.post({ query: '{ nonsense }' }),
      await gateway.post({ query: '{ __typename }' }, { authorization: 'Bearer nonsense' }),
      await gateway.post({ query: '{ __typename }' }, { origin: 'https://evil.example' }),
      await gateway.post({ query: '{ __typename }' }, { 'content-type': 'text/plain' }),
      await gateway.post({ query: `{ vendor(how: "${'x'.repeat(270_000)}") }` }),
      await gateway.post({ query: 'query A { __typename } query B { __typename }' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 401, 403, 400, 413, 400]);
    for (const { headers } of answers) {
      expect(headers.get('ratelimit-limit')).toBe('1000');
      expect(Number(headers.get('ratelimit-remaining'))).toBeLessThan(1_000);
    }
  });

  it('of an address is spent by wrong credentials', async () => {
    const gateway = await gatewayWith({ bucketPoints: 3, refillPerMinute: 1 });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      const answer = await gateway.post(
        { query: '{ __typename }' },
        { authorization: 'Bearer sb_live_x_guess' },
      );
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([401, 401, 401, 429]);
    // Somebody behind the same address who is known goes on.
    expect((await gateway.post({ query: '{ __typename }' })).status).toBe(200);
  });
});
