import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Actor, IdentitySigner } from '@switchboard/identity';
import { createLogger, metricsText } from '@switchboard/observability';
import { waitFor } from '@switchboard/testing';
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readBytes, type Stub, startStub } from '../http.fixture.ts';
import type { GatewayContext } from './request-context.ts';
import { SubgraphClient, type SubgraphClientOptions } from './subgraph-client.ts';

const QUERY = { query: 'query { me { id } }' };
const MUTATION = { query: 'mutation { send { id } }' };
const GOOD = '{"data":{"me":{"id":"1"}}}';

let signer: IdentitySigner;
beforeAll(async () => {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  signer = await IdentitySigner.create(await exportJWK(privateKey));
});

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

function contextOf(actor: Actor, requestId = 'req_1'): GatewayContext {
  return { identity: { actor, requestId, correlationId: requestId }, traceparent: '00-1-1-01' };
}
const ana = (requestId?: string) =>
  contextOf({ kind: 'user', workspaceId: 'wsp_1', mode: 'live', scopes: [], userId: 'usr_ana' }, requestId);
const ben = () =>
  contextOf({ kind: 'user', workspaceId: 'wsp_1', mode: 'live', scopes: [], userId: 'usr_ben' });

type Listener = (response: ServerResponse, count: number, request: IncomingMessage) => void;

/** A client of a server that says what `listener` makes of the request with this number. */
async function clientOf(listener: Listener, options?: SubgraphClientOptions) {
  const received: string[] = [];
  const stub: Stub = await startStub(async (request, response) => {
    received.push((await readBytes(request)).toString());
    listener(response, received.length, request);
  });
  const client = new SubgraphClient(
    'mail',
    stub.url,
    signer,
    createLogger('test', { level: 'silent' }),
    options,
  );
  open.push(stub, client);
  return { client, received };
}

function answers(status: number, text: string): Listener {
  return (response) => response.writeHead(status).end(text);
}

const unavailable = { errors: [{ extensions: { code: 'UNAVAILABLE' } }] };
const found = { data: { me: { id: '1' } } };

describe('a query that got nowhere', () => {
  it.each([502, 503, 504])('by %i is sent once more', async (status) => {
    const { client, received } = await clientOf((response, count) =>
      answers(count === 1 ? status : 200, count === 1 ? 'away' : GOOD)(response, count, response.req),
    );
    expect(await client.ask(QUERY, ana())).toEqual(found);
    expect(received).toHaveLength(2);
  });

  it('by a broken connection is sent once more, and no more', async () => {
    const { client, received } = await clientOf((response) => response.destroy());
    expect(await client.ask(QUERY, ana())).toMatchObject(unavailable);
    expect(received).toHaveLength(2);
  });

  it('is not sent again when the subgraph answered or began to', async () => {
    const failing = await clientOf(answers(500, '{"data":null}'));
    expect(await failing.client.ask(QUERY, ana())).toMatchObject(unavailable);
    const breaking = await clientOf((response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"data"', () => response.destroy());
    });
    expect(await breaking.client.ask(QUERY, ana())).toMatchObject(unavailable);
    const hung = await clientOf(() => {}, { queryTimeoutMs: 50 });
    expect(await hung.client.ask(QUERY, ana())).toMatchObject(unavailable);
    expect([failing.received, breaking.received, hung.received].map(({ length }) => length)).toEqual([
      1, 1, 1,
    ]);
  });
});

describe('a mutation', () => {
  it.each([
    ['a broken connection', (response: ServerResponse) => response.destroy()],
    ['502', (response: ServerResponse) => response.writeHead(502).end()],
  ])('is sent once, even after %s', async (_name, listener) => {
    const { client, received } = await clientOf(listener);
    expect(await client.ask(MUTATION, ana())).toMatchObject(unavailable);
    expect(received).toHaveLength(1);
  });

  it('is never shared', async () => {
    const { client, received } = await clientOf(answers(200, GOOD));
    const ask = () => client.ask(MUTATION, ana(), { isShareable: true });
    await Promise.all([ask(), ask(), ask()]);
    expect(received).toHaveLength(3);
  });

  it('has a time-out of its own', async () => {
    const { client } = await clientOf(() => {}, { queryTimeoutMs: 600_000, mutationTimeoutMs: 50 });
    expect(await client.ask(MUTATION, ana())).toMatchObject(unavailable);
  });
});

describe('the same question under way', () => {
  /** Answers nobody before `count` requests are there. */
  function together(count: number): Listener {
    const waiting: ServerResponse[] = [];
    return (response) => {
      waiting.push(response);
      if (waiting.length === count) for (const one of waiting) one.end(GOOD);
    };
  }

  it('of one caller is sent once, and each gets an answer of its own', async () => {
    const { client, received } = await clientOf(together(1));
    const ask = (requestId: string) => client.ask(QUERY, ana(requestId), { isShareable: true });
    const [first, second] = await Promise.all([ask('req_1'), ask('req_2')]);
    expect(first).toEqual(found);
    expect(second).toEqual(found);
    expect(first.data).not.toBe(second.data);
    expect(received).toHaveLength(1);
    await ask('req_3').catch(() => undefined);
    expect(received).toHaveLength(2);
  });

  it('of several callers, or of one who may not share, is sent for each', async () => {
    const { client, received } = await clientOf(together(4));
    await Promise.all([
      client.ask(QUERY, ana(), { isShareable: true }),
      client.ask(QUERY, ben(), { isShareable: true }),
      client.ask({ ...QUERY, variables: { a: 1 } }, ana(), { isShareable: true }),
      client.ask(QUERY, ana()),
    ]);
    expect(received).toHaveLength(4);
  });
});

describe('what was asked before a change', () => {
  /** Keeps the first query unanswered; everything else is answered at once. */
  function holdingFirst(): { listener: Listener; release(): void } {
    let held: ServerResponse | undefined;
    const listener: Listener = (response, count) => {
      if (count === 1) held = response;
      else response.end('{"data":{"me":{"id":"new"}}}');
    };
    return { listener, release: () => held?.end(GOOD) };
  }
  const changed = { data: { me: { id: 'new' } } };
  const eve = () =>
    contextOf({ kind: 'user', workspaceId: 'wsp_2', mode: 'live', scopes: [], userId: 'usr_eve' });

  it('answers nobody who asks after a mutation in the workspace, whoever sent it', async () => {
    const { listener, release } = holdingFirst();
    const { client, received } = await clientOf(listener);
    const before = client.ask(QUERY, ana(), { isShareable: true });
    await waitFor('the question', () => received.length === 1);
    await client.ask(MUTATION, ben());
    expect(await client.ask(QUERY, ana(), { isShareable: true })).toEqual(changed);
    release();
    expect(await before).toEqual(found);
    expect(received).toHaveLength(3);
  });

  it('answers nobody who asks after an event of the workspace, and others still', async () => {
    const { listener, release } = holdingFirst();
    const { client, received } = await clientOf(listener);
    const ask = () => client.ask(QUERY, ana(), { isShareable: true });
    const before = ask();
    await waitFor('the question', () => received.length === 1);
    client.changed('wsp_2');
    await client.ask(MUTATION, eve());
    const shared = ask();
    client.changed('wsp_1');
    expect(await ask()).toEqual(changed);
    release();
    expect(await Promise.all([before, shared])).toEqual([found, found]);
    expect(received).toHaveLength(3);
  });
});

describe('a subgraph that is away', () => {
  const clock = { nowMs: 0 };
  const breaker = { failuresMax: 3, openMs: 100, now: () => clock.nowMs };
  const nonsense: [string, Listener, SubgraphClientOptions?][] = [
    ['hangs', () => {}, { queryTimeoutMs: 30 }],
    ['breaks connections', (response) => response.destroy()],
    ['speaks HTML', answers(200, '<html>')],
    ['fails', answers(500, '{"errors":[{"message":"x"}]}')],
  ];

  it.each(nonsense)(
    'because it %s is not asked for a while, and then by one',
    async (_name, listener, options) => {
      let isBack = false;
      const { client, received } = await clientOf(
        (response, ...rest) => (isBack ? answers(200, GOOD) : listener)(response, ...rest),
        { ...options, breaker },
      );
      for (let count = 0; count < 3; count += 1) await client.ask(QUERY, ana());
      const asked = received.length;
      expect(await client.ask(QUERY, ana())).toMatchObject(unavailable);
      expect(await client.ask(MUTATION, ana())).toMatchObject(unavailable);
      expect(received).toHaveLength(asked);
      expect(await metricsText()).toContain('switchboard_subgraph_breaker_open{subgraph="mail"} 1');

      isBack = true;
      clock.nowMs += 100;
      const both = await Promise.all([client.ask(QUERY, ana()), client.ask(QUERY, ana())]);
      expect(both).toMatchObject([found, unavailable]);
      expect(await client.ask(QUERY, ana())).toEqual(found);
      expect(await metricsText()).toContain('switchboard_subgraph_breaker_open{subgraph="mail"} 0');
    },
  );

  it('is not taken for one that refuses, or does not find', async () => {
    const { client, received } = await clientOf(
      answers(200, '{"data":{"me":null},"errors":[{"message":"no","extensions":{"code":"UNAVAILABLE"}}]}'),
      { breaker },
    );
    for (let count = 0; count < 6; count += 1) await client.ask(QUERY, ana());
    expect(received).toHaveLength(6);
  });
});
