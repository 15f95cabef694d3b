import { IDENTITY_HEADER, IdentitySigner } from '@switchboard/identity';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calls, type Fixture, noteId, startFixture } from '../subgraph.fixture.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.server.close());
beforeEach(() => {
  calls.resolvers = 0;
  calls.batches = [];
  fixture.log.length = 0;
});

const identity = {
  actor: { kind: 'anonymous' as const },
  requestId: 'req_1',
  correlationId: 'req_1',
};

describe('who is answered', () => {
  const query = JSON.stringify({ query: '{ fail(how: "app") _service { sdl } }' });
  const forged: [string, () => Promise<string | undefined>][] = [
    ['no token', async () => undefined],
    ['another audience', async () => fixture.signer.sign(identity, 'mail', query)],
    ['another body', async () => fixture.signer.sign(identity, 'notes', `${query} `)],
    [
      'what was signed together with an identity of its own',
      async () => {
        const [other] = await Promise.all(
          ['mail', 'notes'].map((audience) => fixture.signer.sign(identity, audience, query)),
        );
        return other;
      },
    ],
    ['alg none', async () => new UnsecuredJWT({ ...identity, bh: 'x' }).setAudience('notes').encode()],
    [
      'HS256 keyed with the public key',
      () =>
        new SignJWT({ ...identity, bh: 'x' })
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer('switchboard-gateway')
          .setAudience('notes')
          .setIssuedAt()
          .setExpirationTime('30s')
          .sign(new TextEncoder().encode(fixture.publicJwk.x)),
    ],
    [
      'another key',
      async () => {
        const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
        return (await IdentitySigner.create(await exportJWK(privateKey))).sign(identity, 'notes', query);
      },
    ],
  ];
  it.each(forged)('refuses %s with 401 and runs no resolver', async (_name, token) => {
    const value = await token();
    const response = await fetch(`${fixture.url}/graphql`, {
      method: 'POST',
      body: query,
      headers: { 'content-type': 'application/json', ...(value && { [IDENTITY_HEADER]: value }) },
    });
    expect(response.status).toBe(401);
    const body = (await response.json()) as { errors: { extensions: { code: string; requestId: string } }[] };
    expect(body.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(body.errors[0]?.extensions.requestId).toMatch(/^req_/);
    expect(calls.resolvers).toBe(0);
  });

  it('has no GET', async () => {
    expect((await fetch(`${fixture.url}/graphql?query={__typename}`)).status).toBe(404);
  });

  it('answers the gateway', async () => {
    const { body } = await fixture.post({ query: '{ _service { sdl } __schema { queryType { name } } }' });
    expect(body.data._service.sdl).toContain('@link');
  });
});

describe('subscriptions', () => {
  it('are refused: the gateway runs them', async () => {
    const { status, body } = await fixture.post({ query: 'subscription { noteChanged { text } }' });
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({
      message: 'Subscriptions are served over graphql-transport-ws, or as text/event-stream.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(calls.resolvers).toBe(0);
  });
});

describe('scopes', () => {
  it('null and FORBIDDEN at the path of the field', async () => {
    const { body } = await fixture.post(
      { query: '{ note(id: "nte_01J00000000000000000000001") { text price { amountMinor } } }' },
      { scopes: ['notes:read'] },
    );
    expect(body.data.note).toEqual({ text: 'note 1', price: null });
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0]).toMatchObject({
      path: ['note', 'price'],
      extensions: { code: 'FORBIDDEN', requestId: 'req_1' },
    });
  });

  it('an anonymous caller is told to sign in', async () => {
    const { body } = await fixture.post({ query: '{ note(id: "x") { text } }' }, { anonymous: true });
    expect(body.data).toEqual({ note: null });
    expect(body.errors[0]).toMatchObject({ path: ['note'], extensions: { code: 'UNAUTHENTICATED' } });
    expect(calls.resolvers).toBe(0);
  });
});

describe('references', () => {
  const query =
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Note { id text } ... on ContactPoint { address notes { id } } } }';

  it('loads in one batch; unknown ids and ids of another kind are null', async () => {
    const ids = [noteId(1), noteId(404), 'sms_01J00000000000000000000001', noteId(2), noteId(1)];
    const r = ids.map((id) => ({ __typename: 'Note', id }));
    const { body } = await fixture.post({ query, variables: { r } });
    expect(body.errors).toBeUndefined();
    expect(body.data._entities.map((entity: { id: string } | null) => entity?.id)).toEqual([
      noteId(1),
      undefined,
      undefined,
      noteId(2),
      noteId(1),
    ]);
    expect(calls.batches).toEqual([[noteId(1), noteId(404), noteId(2)]]);
  });

  it('finds entities by another key and batches what resolvers load', async () => {
    const r = ['a@example.com', 'b@example.com'].map((address) => ({ __typename: 'ContactPoint', address }));
    const { body } = await fixture.post({ query, variables: { r } });
    expect(body.data._entities[1]).toEqual({
      __typename: 'ContactPoint',
      address: 'b@example.com',
      notes: [{ id: noteId(1) }],
    });
    expect(calls.batches).toEqual([['a@example.com', 'b@example.com']]);
  });

  it('refuses 201 representations', async () => {
    const r = Array.from({ length: 201 }, () => ({ __typename: 'Note', id: noteId(1) }));
    const { status, body } = await fixture.post({ query, variables: { r } });
    expect(status).toBe(400);
    expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect(calls.resolvers).toBe(0);
  });
});

describe('limits', () => {
  const echo = (alias: string) => `${alias}: echo(text: "x")`;
  const floods: [string, string][] = [
    ['aliases', `{ ${Array.from({ length: 101 }, (_, i) => echo(`a${i}`)).join(' ')} }`],
    ['depth', `{ ${'a { '.repeat(21)} b ${'} '.repeat(21)} }`],
    ['directives', `{ ${Array.from({ length: 201 }, () => 'echo @include(if: true)').join(' ')} }`],
    ['tokens', `{ ${'echo '.repeat(20_001)} }`],
    [
      'fragments in depth',
      `{ ...F0 } ${Array.from({ length: 30 }, (_, i) => `fragment F${i} on Query { x { ...F${i + 1} } }`).join(' ')} fragment F30 on Query { echo }`,
    ],
  ];
  it.each([
    ['lists in a literal', `{ echo(text: ${'['.repeat(9_000)}${']'.repeat(9_000)}) }`],
    ['lists that never end', `{ echo(text: ${'['.repeat(19_000)}`],
    ['objects in a literal', `{ echo(text: ${'{x:'.repeat(4_000)}1${'}'.repeat(4_000)}) }`],
    ['lists in a type', `query ($a: ${'['.repeat(9_000)}Int${']'.repeat(9_000)}) { echo }`],
    ['selections', `{ ${'... { '.repeat(4_000)} echo ${'} '.repeat(4_000)} }`],
  ])('refuses %s nested without end with 400', async (_name, query) => {
    const { status, body } = await fixture.post({ query });
    expect(status).toBe(400);
    expect(body.errors[0].message).toContain('nested');
    expect(calls.resolvers).toBe(0);
  });

  it('does not mistake the inside of a text or a comment for nesting', async () => {
    const text = '{[('.repeat(200);
    const query = `{ # ${text}\n echo(text: "${text}", body: "") other: echo(text: """${text}""", body: "") }`;
    const { body } = await fixture.post({ query });
    expect(body.errors).toBeUndefined();
  });

  it('refuses variables nested without end with 400', async () => {
    const variables = `{"t":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const query = 'query ($t: String!) { echo(text: $t) }';
    const { status } = await fixture.post(`{"query":${JSON.stringify(query)},"variables":${variables}}`);
    expect(status).toBe(400);
    expect(calls.resolvers).toBe(0);
  });

  it.each([
    ['that spread each other', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
    ['that spread themselves', '{ ...A } fragment A on Query { notes { nodes { id } } ...A }'],
    [
      'in a long circle',
      `{ ...F0 } ${Array.from({ length: 2_000 }, (_, i) => `fragment F${i} on Query { ...F${(i + 1) % 2_000} }`).join(' ')}`,
    ],
  ])('refuses fragments %s with 400', async (_name, query) => {
    const { status, body } = await fixture.post({ query });
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(calls.resolvers).toBe(0);
  });

  it.each([
    ['one field', `{ ${'echo '.repeat(5_000)} }`],
    ['fields of fields', `{ ${`notes { ${'totalCount '.repeat(100)} } `.repeat(100)} }`],
  ])('refuses to merge %s without end, with 400', async (_name, query) => {
    const { status, body } = await fixture.post({ query });
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(calls.resolvers).toBe(0);
  });

  it.each(floods)('refuses a flood of %s with 400', async (_name, query) => {
    const { status, body } = await fixture.post({ query });
    expect(status).toBe(400);
    expect(body.errors[0].message).toMatch(/limit|Document contains more/);
    expect(calls.resolvers).toBe(0);
  });

  it('takes an ordinary query', async () => {
    expect((await fixture.post({ query: '{ notes { nodes { id } } }' })).body.errors).toBeUndefined();
  });

  it('refuses more than 256 KB with 413 as a GraphQL error', async () => {
    const { status, body } = await fixture.post({ query: `{ echo(text: "${'x'.repeat(300_000)}") }` });
    expect(status).toBe(413);
    expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it('refuses what is not JSON, batches, and text/plain', async () => {
    expect((await fixture.post('{"query"')).status).toBe(400);
    expect((await fixture.post([{ query: '{ echo }' }])).status).toBe(400);
    const plain = await fixture.post({ query: '{ echo }' }, { headers: { 'content-type': 'text/plain' } });
    expect(plain.status).toBe(400);
    expect(calls.resolvers).toBe(0);
  });
});

describe('texts', () => {
  const query = 'query ($t: String!, $b: String) { echo(text: $t, body: $b) }';
  const bad: [string, string][] = [
    ['NUL', 'a\u0000b'],
    ['a lone surrogate', 'a\ud800b'],
    ['a bidirectional override', 'a\u202eb'],
    ['a line break in one line', 'a\nb'],
    ['a line separator', 'a\u2028b'],
    ['a decomposed letter', 'e\u0301'],
    ['too much', 'x'.repeat(1_001)],
  ];
  it.each(bad)('refuses %s as variable and as literal', async (_name, t) => {
    const asVariable = await fixture.post({ query, variables: { t } });
    const asLiteral = await fixture.post({ query: `{ echo(text: ${JSON.stringify(t)}) }` });
    for (const { status, body } of [asVariable, asLiteral]) {
      expect(status).toBe(400);
      // The grammar itself has no lone surrogates, so the parser is first to refuse that literal.
      expect(body.errors[0].extensions.code).toMatch(/BAD_USER_INPUT|GRAPHQL_PARSE_FAILED/);
    }
    expect(asVariable.body.errors[0].extensions.argument).toBe('text');
    expect(calls.resolvers).toBe(0);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"query":"{ echo(text: \\"'),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from('\\") }"}'),
    ]);
    const response = await fetch(`${fixture.url}/graphql`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        [IDENTITY_HEADER]: await fixture.signer.sign(identity, 'notes', body),
      },
    });
    expect(response.status).toBe(400);
    expect(calls.resolvers).toBe(0);
  });

  it('keeps to the rule of the argument', async () => {
    const lines = await fixture.post({ query, variables: { t: 'x', b: 'a\n\tb' } });
    expect(lines.body.data.echo).toBe('xa\n\tb');
    const long = await fixture.post({ query, variables: { t: 'x', b: '😀'.repeat(21) } });
    expect(long.body.errors[0].extensions.argument).toBe('body');
    const fits = await fixture.post({ query, variables: { t: 'x', b: '😀'.repeat(20) } });
    expect(fits.body.errors).toBeUndefined();
  });

  const create =
    'mutation ($input: NoteCreateInput!) { noteCreate(input: $input) { note { text } userErrors { code } } }';
  it('looks into inputs and lists, and knows their own rules', async () => {
    const long = await fixture.post({ query: create, variables: { input: { text: 'l\n'.repeat(2_500) } } });
    expect(long.body.errors).toBeUndefined();
    const title = await fixture.post({ query: create, variables: { input: { text: 'x', title: 'a\nb' } } });
    expect(title.body.errors[0].extensions).toMatchObject({ argument: 'input.title' });
    const reader = await fixture.post({
      query: create,
      variables: { input: { text: 'x', readers: ['a@example.com', 'a@b.c\r\nBcc: evil@x.y'] } },
    });
    expect(reader.body.errors[0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'input.readers.1',
    });
  });

  it('scalars refuse with BAD_USER_INPUT, literal or variable', async () => {
    const variable = await fixture.post({ query: create, variables: { input: { text: 'x', phone: '12' } } });
    expect(variable.status).toBe(400);
    expect(variable.body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
    const literal = await fixture.post({
      query: 'mutation { noteCreate(input: { text: "x", phone: "0123" }) { userErrors { code } } }',
    });
    expect(literal.status).toBe(400);
    expect(literal.body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('failures', () => {
  it('says what a failure says, and nothing else', async () => {
    const { body } = await fixture.post({ query: '{ fail(how: "app") }' });
    expect(body).toEqual({
      data: { fail: null },
      errors: [
        {
          message: 'Too many.',
          locations: [{ line: 1, column: 3 }],
          path: ['fail'],
          extensions: { code: 'RATE_LIMITED', limit: 3, retryAfter: 2, requestId: 'req_1' },
        },
      ],
    });
  });

  it('masks what nobody raised on purpose and logs its cause', async () => {
    const { body } = await fixture.post({ query: '{ fail(how: "boom") }' });
    expect(body.errors[0]).toMatchObject({
      message: 'Internal server error',
      path: ['fail'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'req_1' },
    });
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(fixture.log.join()).toContain('db.internal');
    expect(fixture.log.join()).toContain('req_1');
  });

  it('draws refusals as user errors', async () => {
    const query =
      'mutation ($t: String!) { noteCreate(input: { text: $t }) { note { text } userErrors { __typename code message ... on RateLimitedByVendor { retryAt } } } }';
    const limited = await fixture.post({ query, variables: { t: 'limit' } });
    expect(limited.body.data.noteCreate).toMatchObject({
      note: null,
      userErrors: [{ __typename: 'RateLimitedByVendor', code: 'RATE_LIMITED', message: 'Wait.' }],
    });
    const rejected = await fixture.post({ query, variables: { t: 'reject' } });
    expect(rejected.body.data.noteCreate.userErrors).toEqual([
      { __typename: 'InputRefused', code: 'CARD_DECLINED', message: 'No.' },
    ]);
  });

  it('answers application/graphql-response+json to those who ask', async () => {
    const { headers } = await fixture.post(
      { query: '{ echo }' },
      { headers: { accept: 'application/graphql-response+json' } },
    );
    expect(headers.get('content-type')).toContain('application/graphql-response+json');
  });
});

describe('lists', () => {
  const query =
    'query ($first: Int, $after: String, $last: Int, $before: String, $contains: String) { notes(first: $first, after: $after, last: $last, before: $before, filter: { contains: $contains }) { edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } totalCount } }';
  const page = async (variables: object) => (await fixture.post({ query, variables })).body;

  it('walks forward and back', async () => {
    const one = (await page({ first: 2 })).data.notes;
    expect(one.nodes.map((n: { id: string }) => n.id)).toEqual([noteId(9), noteId(8)]);
    expect(one.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const two = (await page({ first: 2, after: one.pageInfo.endCursor })).data.notes;
    expect(two.nodes.map((n: { id: string }) => n.id)).toEqual([noteId(7), noteId(6)]);
    const back = (await page({ last: 1, before: two.pageInfo.startCursor })).data.notes;
    expect(back.nodes.map((n: { id: string }) => n.id)).toEqual([noteId(8)]);
    expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(back.totalCount).toBe(5);
  });

  it.each([
    ['first', 0],
    ['first', 101],
    ['last', 1_000_000_000],
    ['first', -1],
  ])('refuses %s: %i before any resolver runs', async (name, size) => {
    const asVariable = await fixture.post({ query, variables: { [name]: size } });
    const asLiteral = await fixture.post({ query: `{ notes(${name}: ${size}) { totalCount } }` });
    for (const { status, body } of [asVariable, asLiteral]) {
      expect(status).toBe(400);
      expect(body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: name });
    }
    expect(calls.resolvers).toBe(0);
  });

  it('refuses mixed directions and a cursor of another filter', async () => {
    const { endCursor } = (await page({ first: 2 })).data.notes.pageInfo;
    for (const bad of [{ first: 1, last: 1 }, { after: 'nonsense' }, { after: endCursor, contains: 'x' }]) {
      expect((await page(bad)).errors[0].extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});

describe('the process', () => {
  it('is live and ready, and serves the service’s own routes with raw bodies', async () => {
    expect(await (await fetch(`${fixture.url}/health/live`)).json()).toEqual({ status: 'live' });
    expect(await (await fetch(`${fixture.url}/health/ready`)).json()).toEqual({ status: 'ready' });
    const raw = await fetch(`${fixture.url}/webhooks/raw`, { method: 'POST', body: Buffer.from([0, 1, 2]) });
    expect(await raw.json()).toEqual({ bytes: 3 });
  });
});
