import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';
import { type Stub, startStub } from '../http.fixture.ts';
import { messageId, seen, smsId } from '../small-services.fixture.ts';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  seen.smsBatches = [];
});

describe('nodes', () => {
  const query =
    'query ($id: ID!) { node(id: $id) { __typename id ... on Sms { body } ... on MailMessage { subject } } }';

  it('finds a node at its owner', async () => {
    const { body } = await gateway.post({ query, variables: { id: smsId(7) } });
    expect(body).toMatchObject({
      data: { node: { __typename: 'Sms', id: smsId(7), body: `body of ${smsId(7)}` } },
    });
  });

  it('gives the same answer for a foreign, an unknown, and a meaningless id', async () => {
    const answers = await Promise.all(
      [smsId(2), smsId(404), 'xyz_01J00000000000000000000001', 'nonsense'].map(
        async (id) => (await gateway.post({ query, variables: { id } })).body,
      ),
    );
    for (const { data, errors } of answers) expect({ data, errors }).toEqual({ data: { node: null } });
  });

  it('belong to workspaces: nobody signed in is told so', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { id: smsId(7) } }),
    });
    expect(await response.json()).toMatchObject({
      data: { node: null },
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('finds many in order and 100 at most', async () => {
    const ids = [messageId(3), smsId(2), smsId(5), 'nonsense'];
    const { body } = await gateway.post({
      query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Sms { body } } }',
      variables: { ids },
    });
    expect(body.data.nodes).toEqual([
      { id: messageId(3) },
      null,
      { id: smsId(5), body: `body of ${smsId(5)}` },
      null,
    ]);
    const many = await gateway.post({
      query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      variables: { ids: Array.from({ length: 101 }, (_, n) => smsId(n)) },
    });
    expect(many.body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it('are asked for once: whoever answers what is wanted of them says that they exist', async () => {
    await gateway.post({ query, variables: { id: smsId(7) } });
    expect(seen.smsBatches).toEqual([1]);
  });

  it('are asked for together, those that do not exist among them', async () => {
    const ids = [smsId(5), smsId(2), smsId(5), smsId(404), messageId(3), smsId(6)];
    const { body } = await gateway.post({
      query:
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Sms { body } ... on MailMessage { subject } } }',
      variables: { ids },
    });
    const text = (n: number) => ({ body: `body of ${smsId(n)}` });
    expect(body).toMatchObject({
      data: { nodes: [text(5), null, text(5), null, { subject: 'Hello' }, text(6)] },
    });
    expect(body.errors).toBeUndefined();
    expect(seen.smsBatches).toEqual([4]);
  });

  it('under several names are asked for what each name wants of them', async () => {
    const { body } = await gateway.post({
      query: `query ($a: ID!, $b: ID!, $gone: ID!) {
        a: node(id: $a) { ... on Sms { body } }
        b: node(id: $b) { ... on Sms { createdAt } }
        same: node(id: $b) { ... on Sms { createdAt } }
        bare: node(id: $a) { __typename id }
        other: node(id: $a) { ... on MailMessage { subject } }
        gone: node(id: $gone) { ... on Sms { body } }
      }`,
      variables: { a: smsId(5), b: smsId(6), gone: smsId(404) },
    });
    expect(body.errors).toBeUndefined();
    expect(body.data).toEqual({
      a: { body: `body of ${smsId(5)}` },
      b: { createdAt: '1970-01-01T00:00:00.000Z' },
      same: { createdAt: '1970-01-01T00:00:00.000Z' },
      bare: { __typename: 'Sms', id: smsId(5) },
      other: {},
      gone: null,
    });
  });

  it.each([true, false])('are found where all that is wanted hangs on a condition (%s)', async (wanted) => {
    const conditional = `query ($id: ID!, $wanted: Boolean!) { node(id: $id) { ... on Sms @include(if: $wanted) { body } } }`;
    const read = async (id: string) =>
      (await gateway.post({ query: conditional, variables: { id, wanted } })).body;
    expect(await read(smsId(7))).toMatchObject({
      data: { node: wanted ? { body: `body of ${smsId(7)}` } : {} },
    });
    expect((await read(smsId(404))).data).toEqual({ node: null });
  });

  it('keep what the caller may not see to themselves', async () => {
    const authorization = `Bearer ${await gateway.token({ scopes: ['telephony:read'] })}`;
    const { body } = await gateway.post(
      { query: `{ node(id: "${smsId(7)}") { ... on Sms { body price { amountMinor } } } }` },
      { authorization },
    );
    expect(body.data).toEqual({ node: { body: `body of ${smsId(7)}`, price: null } });
    expect(body.errors).toMatchObject([{ path: ['node', 'price'], extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('an owner of nodes that', () => {
  const error = (path: unknown[], code: string) => ({ message: 'x', path, extensions: { code } });
  const none = { _entities: [null] };

  /** What the gateway makes of an answer of telephony's. */
  async function readFrom(answer: object | string): Promise<{ data: unknown; errors: unknown }> {
    const telephony: Stub = await startStub((_request, response) => {
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
    const house = await startGateway({ telephony: telephony.url });
    const { body } = await house.post({ query: `{ node(id: "${smsId(7)}") { ... on Sms { body } } }` });
    await house.close();
    await telephony.close();
    return body;
  }

  it.each([
    ['speaks nonsense', 'nonsense'],
    ['fails as a whole', { data: null, errors: [error([], 'INTERNAL_SERVER_ERROR')] }],
    ['answers about another number of nodes', { data: { _entities: [] } }],
    ['fails at the node', { data: none, errors: [error(['_entities', 0], 'INTERNAL_SERVER_ERROR')] }],
  ])('%s keeps us from knowing whether there is one', async (_name, answer) => {
    expect(await readFrom(answer)).toMatchObject({
      data: { node: null },
      errors: [{ path: ['node'], extensions: { code: 'UNAVAILABLE' } }],
    });
  });

  it('fails at a field has the node', async () => {
    const failing = { data: none, errors: [error(['_entities', 0, 'body'], 'RATE_LIMITED')] };
    expect(await readFrom(failing)).toMatchObject({
      data: { node: null },
      errors: [{ path: ['node', 'body'], extensions: { code: 'RATE_LIMITED' } }],
    });
  });
});
