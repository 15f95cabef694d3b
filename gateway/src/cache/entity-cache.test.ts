import { newId } from '@switchboard/ids';
import { describe, expect, it } from 'vitest';
import type { SubgraphAnswer } from '../graph/subgraph-answer.ts';
import type { SubgraphRequest } from '../graph/subgraph-client.ts';
import type { CacheRules } from './cache-rules.ts';
import { cachingSource } from './caching-source.ts';
import { EntityCache } from './entity-cache.ts';

const OPTED_OUT = 'evt.telephony.v1.SmsOptedOut';
const [ONE, TWO] = [newId('sms'), newId('sms')];
const RULES: CacheRules = new Map([
  ['Sms', { maxAgeMs: 60_000, shared: false, droppedBy: new Set([OPTED_OUT]) }],
  ['Price', { maxAgeMs: 60_000, shared: true, droppedBy: new Set<string>() }],
]);
const QUERY =
  'query($representations:[_Any!]!){_entities(representations:$representations){...on Sms{body}}}';

interface Asked {
  readonly workspaceId?: string;
  readonly scopes?: readonly string[];
  readonly userId?: string;
  readonly mode?: 'live' | 'test';
  readonly isShareable?: boolean;
  readonly query?: string;
}

/** A service that counts, behind a cache. */
function startHouse(bytesMax = 1_000_000) {
  const clock = { ms: 0 };
  const cache = new EntityCache(bytesMax, () => clock.ms);
  cache.open();
  const asked: string[][] = [];
  const service = {
    version: 1,
    answer: undefined as ((request: SubgraphRequest) => Promise<SubgraphAnswer>) | undefined,
  };
  const source = cachingSource(
    'telephony',
    {
      async ask(request) {
        const representations = (request.variables?.representations ?? []) as { id: string }[];
        asked.push(representations.map(({ id }) => id));
        if (service.answer) return service.answer(request);
        const { version } = service;
        return {
          data: { _entities: representations.map(({ id }) => ({ body: `${version} of ${id}` })) },
        };
      },
    },
    RULES,
    cache,
  );
  const ask = async (ids: readonly string[], by: Asked = {}, typeName = 'Sms') => {
    const { workspaceId = 'wsp_1', scopes = ['telephony:read'], userId = 'usr_1', mode = 'live' } = by;
    const actor = { kind: 'user' as const, workspaceId, scopes, userId, mode };
    const answer = await source.ask(
      {
        query: by.query ?? QUERY,
        variables: { representations: ids.map((id) => ({ __typename: typeName, id })) },
      },
      { identity: { actor, requestId: 'r', correlationId: 'r' }, traceparent: '' },
      { isShareable: by.isShareable ?? true },
    );
    return answer;
  };
  const bodies = async (...args: Parameters<typeof ask>) => {
    const { data } = await ask(...args);
    return (data as { _entities: ({ body: string } | null)[] })._entities.map((entity) => entity?.body);
  };
  return { cache, clock, asked, service, ask, bodies };
}

describe('the cache of entities', () => {
  it('answers again what the same caller asked before, and asks for the rest only', async () => {
    const { asked, bodies, service } = startHouse();
    expect(await bodies([ONE])).toEqual([`1 of ${ONE}`]);
    service.version = 2;
    expect(await bodies([TWO, ONE])).toEqual([`2 of ${TWO}`, `1 of ${ONE}`]);
    expect(asked).toEqual([[ONE], [TWO]]);
  });

  it('gives every execution values of its own', async () => {
    const { ask, bodies } = startHouse();
    await ask([ONE]);
    const first = await ask([ONE]);
    (first.data?._entities as { body: string }[])[0] = { body: 'written into' };
    expect(await bodies([ONE])).toEqual([`1 of ${ONE}`]);
  });

  it.each<[string, Asked]>([
    ['of another workspace', { workspaceId: 'wsp_2' }],
    ['with other scopes', { scopes: ['telephony:read', 'billing:read'] }],
    ['with another user', { userId: 'usr_2' }],
    ['in test mode', { mode: 'test' }],
    ['with another selection', { query: `${QUERY} ` }],
    ['inside a mutation', { isShareable: false }],
  ])('never answers a question %s with what somebody else was told', async (_which, by) => {
    const { asked, bodies, service } = startHouse();
    await bodies([ONE]);
    service.version = 2;
    expect(await bodies([ONE], by)).toEqual([`2 of ${ONE}`]);
    expect(asked).toEqual([[ONE], [ONE]]);
  });

  it('is shared by callers of a workspace with the same scopes where the type says so', async () => {
    const { asked, bodies, service } = startHouse();
    await bodies([ONE], { scopes: ['a', 'b'] }, 'Price');
    service.version = 2;
    expect(await bodies([ONE], { userId: 'usr_2', scopes: ['b', 'a'] }, 'Price')).toEqual([`1 of ${ONE}`]);
    expect(await bodies([ONE], { userId: 'usr_2', scopes: ['b'] }, 'Price')).toEqual([`2 of ${ONE}`]);
    expect(await bodies([ONE], { workspaceId: 'wsp_2', scopes: ['a', 'b'] }, 'Price')).toEqual([
      `2 of ${ONE}`,
    ]);
    expect(asked).toHaveLength(3);
  });

  it('keeps nothing of types that say nothing', async () => {
    const { asked, bodies } = startHouse();
    await bodies([ONE], {}, 'Invoice');
    await bodies([ONE], {}, 'Invoice');
    expect(asked).toHaveLength(2);
  });

  it('forgets a value when an event names it, in its own workspace', async () => {
    const { cache, bodies, service } = startHouse();
    await bodies([ONE, TWO]);
    service.version = 2;
    cache.event({ type: 'evt.telephony.v1.SmsSent', workspaceId: 'wsp_2', subjects: [ONE] });
    expect(await bodies([ONE, TWO])).toEqual([`1 of ${ONE}`, `1 of ${TWO}`]);
    cache.event({ type: 'evt.telephony.v1.SmsSent', workspaceId: 'wsp_1', subjects: [ONE] });
    expect(await bodies([ONE, TWO])).toEqual([`2 of ${ONE}`, `1 of ${TWO}`]);
  });

  it('forgets every value of a type at the events that its rule names', async () => {
    const { cache, bodies, service } = startHouse();
    await bodies([ONE, TWO]);
    await bodies([ONE], {}, 'Price');
    service.version = 2;
    cache.event({ type: OPTED_OUT, workspaceId: 'wsp_1', subjects: [] });
    expect(await bodies([ONE, TWO])).toEqual([`2 of ${ONE}`, `2 of ${TWO}`]);
    expect(await bodies([ONE], {}, 'Price')).toEqual([`1 of ${ONE}`]);
  });

  it('does not keep what was on its way when an event dropped it', async () => {
    const { cache, asked, bodies, ask, service } = startHouse();
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    service.answer = async () => {
      await released;
      return { data: { _entities: [{ body: 'as it was' }] } };
    };
    const slow = ask([ONE]);
    cache.event({ type: 'evt.telephony.v1.SmsSent', workspaceId: 'wsp_1', subjects: [ONE] });
    release();
    await slow;
    service.answer = undefined;
    expect(await bodies([ONE])).toEqual([`1 of ${ONE}`]);
    expect(asked).toHaveLength(2);
  });

  it('forgets what a caller changes before the event is there', async () => {
    const { ask, bodies, service } = startHouse();
    await bodies([ONE, TWO]);
    service.answer = async () => ({ data: { smsCancel: { sms: { id: ONE } } } });
    await ask([], { query: 'mutation{smsCancel{sms{id}}}', isShareable: false });
    service.answer = undefined;
    service.version = 2;
    expect(await bodies([ONE, TWO])).toEqual([`2 of ${ONE}`, `1 of ${TWO}`]);
  });

  it('keeps nothing while events do not arrive', async () => {
    const { cache, asked, bodies } = startHouse();
    await bodies([ONE]);
    cache.close();
    await bodies([ONE]);
    await bodies([ONE]);
    cache.open();
    await bodies([ONE]);
    expect(asked).toHaveLength(4);
    await bodies([ONE]);
    expect(asked).toHaveLength(4);
  });

  it('keeps a value for as long as its type says', async () => {
    const { clock, asked, bodies } = startHouse();
    await bodies([ONE]);
    clock.ms = 59_999;
    await bodies([ONE]);
    expect(asked).toHaveLength(1);
    clock.ms = 60_000;
    await bodies([ONE]);
    expect(asked).toHaveLength(2);
  });

  it('keeps no failures and no absences', async () => {
    const { asked, ask, bodies, service } = startHouse();
    const path = ['_entities', 0, 'body'];
    service.answer = async () => ({
      data: { _entities: [{ body: null }, null] },
      errors: [{ message: 'no', path }],
    });
    await ask([ONE, TWO]);
    service.answer = undefined;
    expect(await bodies([ONE, TWO])).toEqual([`1 of ${ONE}`, `1 of ${TWO}`]);
    expect(asked).toEqual([
      [ONE, TWO],
      [ONE, TWO],
    ]);
  });

  it('tells what it has when the service is away, with errors for the rest only', async () => {
    const { ask, service } = startHouse();
    await ask([ONE]);
    service.answer = async () => ({ errors: [{ message: 'away', extensions: { code: 'UNAVAILABLE' } }] });
    expect(await ask([TWO, ONE])).toEqual({
      data: { _entities: [null, { body: `1 of ${ONE}` }] },
      errors: [{ message: 'away', extensions: { code: 'UNAVAILABLE' }, path: ['_entities', 0] }],
    });
  });

  it('puts errors at the entities they are about', async () => {
    const { ask, service } = startHouse();
    await ask([ONE]);
    service.answer = async () => ({
      data: { _entities: [{ body: null }] },
      errors: [{ message: 'no', path: ['_entities', 0, 'body'] }],
    });
    const { errors } = await ask([ONE, TWO]);
    expect(errors).toEqual([{ message: 'no', path: ['_entities', 1, 'body'] }]);
  });

  it('stays within its bytes, and forgets the tags of what it lets go', async () => {
    const { asked, bodies } = startHouse(3_000);
    const ids = Array.from({ length: 20 }, () => newId('sms'));
    for (const id of ids) await bodies([id]);
    await bodies([ids[19] ?? '']);
    expect(asked).toHaveLength(20);
    await bodies([ids[0] ?? '']);
    expect(asked).toHaveLength(21);
  });
});
