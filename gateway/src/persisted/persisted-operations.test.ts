import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BoundedCache } from '../cache/bounded-cache.ts';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';
import { heapUsed } from '../heap.fixture.ts';
import { answersOf } from '../http.fixture.ts';
import { seen } from '../small-services.fixture.ts';
import { PersistedOperations } from './persisted-operations.ts';
import { digestOf, readRegisteredOperations } from './registered-operations.ts';

const MIB = 1_024 * 1_024;
const QUERY = 'query Known { smsMessages { totalCount } }';
const byDigest = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

const open: GatewayFixture[] = [];
const started = async (gateway: Promise<GatewayFixture>) => {
  open.push(await gateway);
  return gateway;
};
let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await started(startGateway());
});
afterAll(async () => {
  for (const one of open) await one.close();
});
beforeEach(() => {
  seen.contexts = [];
  seen.sessionCreates = 0;
});

describe('a persisted query', () => {
  it('is asked for by its digest once it was sent with it, by POST and by GET', async () => {
    const extensions = byDigest(digestOf(QUERY));
    const unknown = await gateway.post({ extensions });
    expect(unknown.status).toBe(200);
    expect(unknown.body.errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(seen.contexts).toEqual([]);

    expect((await gateway.post({ query: QUERY, extensions })).body.errors).toBeUndefined();
    expect((await gateway.post({ extensions })).body.data).toHaveProperty('smsMessages');
    const url = `${gateway.url}/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions))}`;
    const headers = { 'apollo-require-preflight': '1', authorization: `Bearer ${await gateway.token()}` };
    const got = await fetch(url, { headers });
    expect(await got.json()).toMatchObject({ data: { smsMessages: {} } });
    // The audit trail names it as if its text had been sent.
    expect(seen.contexts.map(({ identity }) => identity.operation)).toEqual(Array(3).fill('smsMessages'));
  });

  it('is not kept when it is not its digest’s, not valid, or beyond the limits', async () => {
    const aliases = `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: vendor(how: "x")`).join(' ')} }`;
    for (const [text, digest] of [
      [QUERY, digestOf(aliases)],
      [QUERY, 'nonsense'],
      ['{ nonsense }', digestOf('{ nonsense }')],
      [aliases, digestOf(aliases)],
    ] as const) {
      const sent = await gateway.post({ query: text, extensions: byDigest(digest) });
      expect(sent.status).toBe(400);
      expect(sent.body.errors[0].extensions.code).toMatch(/^(BAD_|GRAPHQL_)/);
      const asked = await gateway.post({ extensions: byDigest(digest) });
      expect(asked.body.errors[0].extensions.code).toMatch(/^(PERSISTED_QUERY_NOT_FOUND|BAD_REQUEST)$/);
    }
    const otherVersion = { persistedQuery: { version: 2, sha256Hash: digestOf(QUERY) } };
    expect((await gateway.post({ extensions: otherVersion })).status).toBe(400);
    expect(seen.contexts).toEqual([]);
  });

  it('that is a mutation is not run by GET', async () => {
    const mutation = 'mutation { sessionCreate }';
    const extensions = byDigest(digestOf(mutation));
    await gateway.post({ query: mutation, extensions });
    expect(seen.sessionCreates).toBe(1);
    const url = `${gateway.url}/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions))}`;
    const got = await fetch(url, { headers: { 'apollo-require-preflight': '1' } });
    expect(got.status).toBe(405);
    expect(seen.sessionCreates).toBe(1);
  });

  it('is forgotten for others: 20,000 of them take less than 20 MB', async () => {
    const flooded = await started(startGateway());
    const send = async (from: number, count: number) => {
      const bodies = Array.from({ length: count }, (_, n) => {
        const query = `query Q${from + n} { __typename } # ${'x'.repeat(1_000)}`;
        return JSON.stringify({ query, extensions: byDigest(digestOf(query)) });
      });
      expect(await answersOf(flooded.url, '"__typename":"Query"', bodies)).toBe(count);
    };
    await send(0, 500);
    const before = heapUsed();
    // As many by requests as fill every cache on their way, and the rest where requests would put them.
    for (let round = 1; round <= 6; round += 1) await send(round * 500, 500);
    const kept = new PersistedOperations().cache;
    for (let n = 0; n < 17_000; n += 1) {
      const query = `query Q${n} { __typename } # ${'x'.repeat(1_000)}`;
      await kept.set(`apq:${digestOf(query)}`, query);
    }
    expect(heapUsed() - before).toBeLessThan(20 * MIB);
    expect(await kept.get(`apq:${digestOf('absent')}`)).toBeUndefined();
  }, 180_000);
});

describe('the cache of documents', () => {
  it('keeps what was used last, within its bytes', async () => {
    const cache = new BoundedCache<string>(100, (key, value) => key.length + value.length);
    await cache.set('a', 'x'.repeat(49));
    await cache.set('b', 'x'.repeat(49));
    expect(cache.find('a')).toBeDefined();
    await cache.set('c', 'x'.repeat(49));
    expect([cache.find('a'), cache.find('b'), cache.find('c')].map((found) => found !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
    await cache.set('d', 'x'.repeat(200));
    expect(cache.find('d')).toBeUndefined();
    await cache.set('a', 'y');
    await cache.delete('c');
    expect(cache.size).toBe(1);
  });
});

describe('registered operations', () => {
  const registered = readRegisteredOperations(JSON.stringify({ [digestOf(QUERY)]: QUERY }));

  it('are asked for by digest without ever having been sent', async () => {
    const house = await started(startGateway({}, { registeredOperations: registered }));
    expect((await house.post({ extensions: byDigest(digestOf(QUERY)) })).body.data).toHaveProperty(
      'smsMessages',
    );
    expect((await house.post({ query: '{ __typename }' })).status).toBe(200);
  });

  it('can be the only ones that are served', async () => {
    const house = await started(startGateway({}, { registeredOperations: registered, registeredOnly: true }));
    expect((await house.post({ extensions: byDigest(digestOf(QUERY)) })).body.errors).toBeUndefined();
    expect((await house.post({ query: QUERY })).body.errors).toBeUndefined();
    const before = seen.contexts.length;
    const other = 'query Other { smsMessages { totalCount } }';
    for (const body of [{ query: other }, { query: other, extensions: byDigest(digestOf(other)) }]) {
      const answer = await house.post(body);
      expect(answer.status).toBe(403);
      expect(answer.body.errors[0].extensions.code).toBe('FORBIDDEN');
    }
    const asked = await house.post({ extensions: byDigest(digestOf(other)) });
    expect(asked.body.errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(seen.contexts).toHaveLength(before);
  });

  it('can be the only ones for one API key', async () => {
    const house = await started(startGateway({}, { registeredOperations: registered }));
    const holder = {
      apiKeyId: 'key_1',
      workspaceId: 'wsp_1',
      scopes: ['telephony:read'],
      mode: 'live',
    } as const;
    house.apiKeys.holder = { ...holder, registeredOperationsOnly: true };
    const limited = { authorization: 'Bearer sb_live_a_a' };
    const other = 'query Other { smsMessages { totalCount } }';
    // Somebody else had it remembered: that does not make it one of the installation's.
    expect((await house.post({ query: other, extensions: byDigest(digestOf(other)) })).status).toBe(200);
    expect(
      (await house.post({ extensions: byDigest(digestOf(QUERY)) }, limited)).body.errors,
    ).toBeUndefined();
    expect((await house.post({ query: QUERY }, limited)).body.errors).toBeUndefined();
    const before = seen.contexts.length;
    for (const body of [
      { query: other },
      { extensions: byDigest(digestOf(other)) },
      { extensions: byDigest(digestOf('unknown')) },
    ]) {
      const answer = await house.post(body, limited);
      expect(answer.status).toBe(403);
      expect(answer.body.errors[0].extensions.code).toBe('FORBIDDEN');
    }
    expect(seen.contexts).toHaveLength(before);
    house.apiKeys.holder = { ...holder, apiKeyId: 'key_2' };
    expect((await house.post({ query: other }, { authorization: 'Bearer sb_live_b_b' })).status).toBe(200);
  });

  it.each([
    ['is no JSON', 'nonsense'],
    ['is a list', '[]'],
    ['has a wrong digest', JSON.stringify({ [digestOf('x')]: QUERY })],
  ])('a file that %s ends the start', (_fault, text) => {
    expect(() => readRegisteredOperations(text)).toThrow(/^registered operations: /);
  });
});
