import { IDENTITY_HEADER } from '@switchboard/identity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGateway } from './gateway.fixture.ts';
import { readBytes, startStub } from './http.fixture.ts';
import { seen, smsId } from './small-services.fixture.ts';

const open: { close(): Promise<void> }[] = [];
const started = async <T extends { close(): Promise<void> }>(promise: Promise<T>): Promise<T> => {
  const thing = await promise;
  open.push(thing);
  return thing;
};

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await started(startGateway());
});
afterAll(async () => {
  for (const thing of open.reverse()) await thing.close();
});
beforeEach(() => {
  seen.smsBatches = [];
  seen.sessionCreates = 0;
  seen.contexts = [];
});

describe('the graph', () => {
  it('answers across services', async () => {
    const { body, status, headers } = await gateway.post(
      {
        query: '{ smsMessages { nodes { id body } totalCount } mailMessages { subject texts { id body } } }',
      },
      { accept: 'application/graphql-response+json' },
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.smsMessages.nodes[0].body).toContain('body of');
    expect(body.data.mailMessages[0].texts[0].body).toBe(`body of ${smsId(1_000)}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/graphql-response+json');
    expect(headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('serves the public SDL with scopes and without the federation', async () => {
    const sdl = await (await fetch(`${gateway.url}/schema.graphql`)).text();
    expect(sdl).toContain('@requiresScopes(scopes: [["billing:read"]])');
    expect(sdl).toContain('@listSize(assumedSize: 20, slicingArguments: ["first", "last"]');
    expect(sdl).not.toMatch(/join__|@key|@tag|_entities|http:\/\/(?:mail|telephony)/);
  });

  it('passes identity, operation and request id on', async () => {
    await gateway.post({ query: '{ smsMessages { totalCount } }' });
    const [context] = seen.contexts;
    expect(context?.identity).toMatchObject({
      actor: { kind: 'user', userId: 'usr_1', workspaceId: 'wsp_1', sessionId: 'ses_1', mode: 'live' },
      operation: 'smsMessages',
    });
    expect(context?.identity.requestId).toBe(context?.identity.correlationId);
  });

  it('chunks 450 entities at 200', async () => {
    const { body } = await gateway.post({ query: '{ mailMessages(count: 450) { texts { id body } } }' });
    expect(body.errors).toBeUndefined();
    expect(body.data.mailMessages[0].texts).toHaveLength(450);
    expect(body.data.mailMessages[0].texts[449].body).toBe(`body of ${smsId(1_449)}`);
    expect(seen.smsBatches.sort((a, b) => b - a)).toEqual([200, 200, 50]);
  });
});

describe('contactPoint', () => {
  it('shows everything about a person, by the canonical address', async () => {
    const { body } = await gateway.post({
      query:
        '{ contactPoint(address: "Ana@Example.COM") { address kind smsMessages { id } mailMessages { subject } } }',
    });
    expect(body.errors).toBeUndefined();
    expect(body.data.contactPoint).toEqual({
      address: 'Ana@example.com',
      kind: 'EMAIL',
      smsMessages: [{ id: smsId(1) }],
      mailMessages: [{ subject: 'Hello' }],
    });
    const wrong = await gateway.post({ query: '{ contactPoint(address: "0123") { address } }' });
    expect(wrong.body.errors[0]).toMatchObject({
      path: ['contactPoint'],
      extensions: { code: 'BAD_USER_INPUT', argument: 'address' },
    });
  });
});

describe('errors', () => {
  it('pass from services with path, code and request id', async () => {
    const limited = await gateway.post({ query: '{ vendor(how: "limited") }' });
    expect(limited.body.errors).toEqual([
      {
        message: 'Slow down.',
        path: ['vendor'],
        extensions: {
          code: 'RATE_LIMITED',
          retryAfter: 2,
          requestId: limited.headers.get('x-request-id'),
        },
      },
    ]);
    const bearer = `Bearer ${await gateway.token({ scopes: ['telephony:read'] })}`;
    const forbidden = await gateway.post(
      { query: '{ smsMessages { nodes { id price { amountMinor } } } }' },
      { authorization: bearer },
    );
    expect(forbidden.body.data.smsMessages.nodes[0]).toEqual({ id: smsId(1), price: null });
    expect(forbidden.body.errors[0]).toMatchObject({
      path: ['smsMessages', 'nodes', 0, 'price'],
      extensions: { code: 'FORBIDDEN' },
    });
  });

  it('are masked when nobody raised them on purpose', async () => {
    const { body } = await gateway.post({ query: '{ vendor(how: "boom") }' });
    expect(body.errors[0]).toMatchObject({
      message: 'Internal server error',
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    });
    expect(JSON.stringify(body)).not.toMatch(/db\.internal|telephony/);
  });

  it('of texts keep their argument', async () => {
    const { body } = await gateway.post({
      query: 'mutation ($b: String!) { smsSend(input: { body: $b }) { sms { body } } }',
      variables: { b: 'a\u202eb' },
    });
    expect(body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'input.body' });
  });
});

describe('a subgraph that', () => {
  const both = { query: '{ smsMessages { totalCount } mailMessages { subject } }' };
  const person = {
    query: '{ contactPoint(address: "a@example.com") { smsMessages { id } mailMessages { subject } } }',
  };

  it('is down costs only its fields', async () => {
    const alone = await started(startGateway({ telephony: 'http://127.0.0.1:9' }));
    const { body, status } = await alone.post(person);
    expect(status).toBe(200);
    expect(body.data.contactPoint).toEqual({ smsMessages: null, mailMessages: [{ subject: 'Hello' }] });
    expect(body.errors).toEqual([
      {
        message: 'Part of the answer is temporarily unavailable.',
        path: ['contactPoint', 'smsMessages'],
        extensions: { code: 'UNAVAILABLE', retryAfter: 1, requestId: expect.any(String) },
      },
    ]);
    const node = await alone.post({ query: `{ node(id: "${smsId(1)}") { id } }` });
    expect(node.body).toMatchObject({
      data: { node: null },
      errors: [{ path: ['node'], extensions: { code: 'UNAVAILABLE' } }],
    });
    const ready = await fetch(`${alone.url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ status: 'ready', parts: { mail: 'up', telephony: 'down' } });
  });

  it('hangs for ever costs only its fields', async () => {
    const hung = await started(startStub(() => {}));
    const slow = await started(startGateway({ telephony: hung.url }));
    const { body } = await slow.post(person);
    expect(body.data.contactPoint).toEqual({ smsMessages: null, mailMessages: [{ subject: 'Hello' }] });
    expect(body.errors[0].extensions.code).toBe('UNAVAILABLE');
  });

  const garbage: [string, (stub: { end(text: string): void; statusCode: number }) => void][] = [
    ['speaks HTML', (response) => response.end('<html>')],
    ['answers another JSON', (response) => response.end('[1,2]')],
    ['answers data of another shape', (response) => response.end('{"data":"x"}')],
    ['fails', (response) => Object.assign(response, { statusCode: 500 }).end('{"data":null}')],
  ];
  it.each(garbage)('%s costs only its fields', async (_name, answer) => {
    const stub = await started(
      startStub((_request, response) => {
        response.setHeader('content-type', 'application/json');
        answer(response);
      }),
    );
    const odd = await started(startGateway({ telephony: stub.url }));
    const { body } = await odd.post(person);
    expect(body.data.contactPoint).toEqual({ smsMessages: null, mailMessages: [{ subject: 'Hello' }] });
    expect(body.errors[0]).toMatchObject({
      path: ['contactPoint', 'smsMessages'],
      extensions: { code: 'UNAVAILABLE' },
    });
  });

  it('answers null where it must not is shown as a defect at its place', async () => {
    const stub = await started(
      startStub((_request, response) => response.end('{"data":{"mailMessages":[{"subject":null}]}}')),
    );
    const odd = await started(startGateway({ mail: stub.url }));
    const { body } = await odd.post({ query: '{ mailMessages { subject } }' });
    expect(body).toMatchObject({
      data: { mailMessages: null },
      errors: [
        {
          message: 'Internal server error',
          path: ['mailMessages', 0, 'subject'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
        },
      ],
    });
  });

  it('refuses the gateway shows as our defect', async () => {
    const stub = await started(
      startStub((_request, response) => {
        response.statusCode = 401;
        response.end('{"errors":[{"message":"Not authenticated.","extensions":{"code":"UNAUTHENTICATED"}}]}');
      }),
    );
    const odd = await started(startGateway({ telephony: stub.url }));
    const { body } = await odd.post(both);
    expect(body.errors[0]).toMatchObject({
      path: ['smsMessages'],
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    });
  });
});

describe('headers', () => {
  it('of the client never reach a subgraph', async () => {
    const received: Record<string, unknown>[] = [];
    const echo = await started(
      startStub(async (request, response) => {
        received.push(request.headers);
        await readBytes(request);
        response.end('{"data":{"mailMessages":[]}}');
      }),
    );
    const forging = await started(startGateway({ mail: echo.url }));
    await forging.post(
      { query: '{ mailMessages { subject } }' },
      {
        [IDENTITY_HEADER]: 'forged',
        'x-forwarded-for': '1.2.3.4',
        'x-workspace-id': 'wsp_2',
        cookie: 'a=b',
        traceparent: '00-11111111111111111111111111111111-1111111111111111-01',
      },
    );
    expect(Object.keys(received[0] ?? {}).sort()).toEqual(
      [
        'accept',
        'connection',
        'content-length',
        'content-type',
        'host',
        'traceparent',
        IDENTITY_HEADER,
      ].sort(),
    );
    expect(received[0]?.[IDENTITY_HEADER]).toMatch(/^eyJ/);
    expect(received[0]?.traceparent).not.toContain('1111111111111111');
  });
});

describe('floods', () => {
  const many = (count: number, make: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => make(n)).join(' ');
  const floods: [string, object | string][] = [
    ['6 sign-ins', { query: `mutation { ${many(6, (n) => `a${n}: sessionCreate`)} }` }],
    ['6 sign-ins by fragments', { query: `mutation { ${many(6, (n) => `... { a${n}: sessionCreate }`)} }` }],
    [
      '11 mutations',
      { query: `mutation { ${many(11, (n) => `a${n}: smsSend(input: {body: "x"}) { sms { id } }`)} }` },
    ],
    ['31 aliases', { query: `{ ${many(31, (n) => `a${n}: vendor(how: "x")`)} }` }],
    ['13 levels', { query: `{ ${'a { '.repeat(13)} b ${'} '.repeat(13)} }` }],
    [
      '13 levels by fragments',
      {
        query: `{ ...F0 } ${many(13, (n) => `fragment F${n} on Query { a { ...F${n + 1} } }`)} fragment F13 on Query { b }`,
      },
    ],
    ['51 directives', { query: `{ ${many(51, () => 'vendor(how: "x") @include(if: true)')} }` }],
    ['2,001 tokens', { query: `{ ${'__typename '.repeat(2_000)} }` }],
    ['a batch', [{ query: '{ __typename }' }, { query: '{ __typename }' }]],
    [
      'fragments that multiply',
      {
        query: `{ ...F0 } ${many(10, (n) => `fragment F${n} on Query { ${many(4, () => `... on Query { ...F${n + 1} }`)} }`)} fragment F10 on Query { __typename }`,
      },
    ],
    [
      'fragments in a circle',
      {
        query:
          'mutation { ...A sessionCreate } fragment A on Mutation { ...B } fragment B on Mutation { ...A }',
      },
    ],
    [
      'a fragment that spreads itself',
      { query: 'mutation { ...A } fragment A on Mutation { sessionCreate ...A }' },
    ],
    ['201 fragments', { query: `{ ...F0 } ${many(201, (n) => `fragment F${n} on Query { __typename }`)}` }],
    ['one field 1,000 times', { query: `{ ${'__typename '.repeat(1_500)} }` }],
    [
      'fields that differ under one name',
      { query: `{ ${many(30, (n) => `node(id: "${smsId(n)}") { id }`)} }` },
    ],
    ['lists in lists', { query: `{ vendor(how: ${'['.repeat(900)}${']'.repeat(900)}) }` }],
    ['lists that never end', { query: `{ vendor(how: ${'['.repeat(1_900)}` }],
    [
      'variables without end',
      `{"query":"query ($how: String!) { vendor(how: $how) }","variables":{"how":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
    ],
    [
      'introspection by name, in circles',
      { query: `{ __type(name: "Sms") { ${'fields { type { '.repeat(20)} name ${'} } '.repeat(20)} } }` },
    ],
    [
      'introspection in circles',
      { query: `{ __schema { types { ${'fields { type { '.repeat(20)} name ${'} } '.repeat(20)} } } }` },
    ],
  ];
  it.each(floods)('%s: refused, nothing runs', async (_name, body) => {
    const answer = await gateway.post(body);
    expect(answer.status).toBe(400);
    expect(answer.body.data).toBeUndefined();
    expect(answer.body.errors[0].extensions.code).toMatch(/^(BAD_|GRAPHQL_)/);
    expect(seen).toEqual({ smsBatches: [], sessionCreates: 0, contexts: [] });
  });

  it('takes 5 sign-ins', async () => {
    const { body } = await gateway.post({ query: `mutation { ${many(5, (n) => `a${n}: sessionCreate`)} }` });
    expect(body.errors).toBeUndefined();
    expect(seen.sessionCreates).toBe(5);
  });

  it('refuses 256 KB with 413', async () => {
    const { status, body } = await gateway.post({ query: `{ vendor(how: "${'x'.repeat(270_000)}") }` });
    expect(status).toBe(413);
    expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it('costs an ordinary introspection nothing', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const { body } = await gateway.post({ query: getIntrospectionQuery() });
    expect(body.errors).toBeUndefined();
  });
});

describe('forms of request', () => {
  it('refuses what a browser would send from elsewhere without asking', async () => {
    const plain = await gateway.post({ query: '{ __typename }' }, { 'content-type': 'text/plain' });
    expect(plain.status).toBe(400);
    const get = await fetch(`${gateway.url}/graphql?query={__typename}`);
    expect(get.status).toBe(400);
    const form = await gateway.post('query={__typename}', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(form.status).toBe(400);
  });

  it('refuses pages of other origins, and takes its own', async () => {
    const mutation = { query: 'mutation { sessionCreate }' };
    for (const origin of ['https://evil.example', 'http://localhost:4001', 'null', 'nonsense']) {
      const foreign = await gateway.post(mutation, { origin });
      expect(foreign.status).toBe(403);
      expect(foreign.body.errors[0].extensions.code).toBe('FORBIDDEN');
      const headers = { origin, 'apollo-require-preflight': '1' };
      expect((await fetch(`${gateway.url}/graphql?query={__typename}`, { headers })).status).toBe(403);
    }
    expect(seen.sessionCreates).toBe(0);
    for (const origin of ['http://localhost:4000', gateway.url]) {
      expect((await gateway.post(mutation, { origin })).body.errors).toBeUndefined();
    }
    expect(seen.sessionCreates).toBe(2);
  });

  it('takes queries, and no mutations, by GET', async () => {
    const headers = { 'apollo-require-preflight': '1' };
    const query = await fetch(`${gateway.url}/graphql?query={__typename}`, { headers });
    expect(await query.json()).toMatchObject({ data: { __typename: 'Query' } });
    const mutation = await fetch(`${gateway.url}/graphql?query=mutation{sessionCreate}`, { headers });
    expect(mutation.status).toBe(405);
    expect(seen.sessionCreates).toBe(0);
  });

  it('sends protective headers and has no page until the explorer is built', async () => {
    const page = await fetch(`${gateway.url}/no-such-page`);
    expect(page.status).toBe(404);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const outside = await fetch(`${gateway.url}/..%2f..%2fpackage.json`);
    expect(outside.status).toBe(404);
  });
});
