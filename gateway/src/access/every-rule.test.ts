import { readFileSync } from 'node:fs';
import { newId } from '@switchboard/ids';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';
import { publicSdl } from '../graph/public-sdl.ts';
import { readSupergraph } from '../graph/supergraph.ts';
import { type AccessRule, readAccessRules } from './access-rules.ts';
import { type MockSubgraphs, startMockSubgraphs } from './mock-subgraphs.fixture.ts';

const sdl = readFileSync(new URL('../../supergraph.graphql', import.meta.url), 'utf8');
const supergraph = readSupergraph(sdl);
const rules = readAccessRules(supergraph.document);
const scopes = [...new Set([...rules.values()].flatMap((rule) => rule.scopes.flat()))].sort();

/** Every kind of caller that is tried; undefined is nobody. */
const callers: readonly (readonly string[] | undefined)[] = [
  undefined,
  [],
  ...scopes.map((scope) => [scope]),
  scopes,
];

let mocks: MockSubgraphs;
let gateway: GatewayFixture;
const api = { schema: buildSchema('type Query { a: Int }') };
beforeAll(async () => {
  mocks = await startMockSubgraphs();
  gateway = await startGateway(mocks.urls, { supergraphSdl: sdl });
  const text = await (await fetch(`${gateway.url}/schema.graphql`)).text();
  api.schema = buildSchema(text, { assumeValidSDL: true });
});
afterAll(async () => {
  await gateway.close();
  await mocks.close();
});

describe('every access rule of the graph', () => {
  it('is in the public SDL', () => {
    expect(rules.size).toBeGreaterThan(50);
    expect(publicSdl(api.schema, supergraph.document)).toContain('@requiresScopes');
  });

  const [streamed, fetched] = [[...rules].filter(isStreamed), [...rules].filter((one) => !isStreamed(one))];

  it.each(fetched)('%s is refused by the gateway exactly when it should be', async (coordinate, rule) => {
    const [typeName = '', fieldName = ''] = coordinate.split('.');
    for (const caller of callers) {
      const query = queryFor(typeName, fieldName);
      mocks.received.length = 0;
      const { body } = await ask(query, caller);
      const codes = (body.errors ?? []).filter(concerns(fieldName)).map(codeOf);
      expect({ caller, codes }).toEqual({ caller, codes: expectedCodes(rule, caller) });
      const isFetched = mocks.received.some((document) => new RegExp(`\\b${fieldName}\\b`).test(document));
      expect({ caller, isFetched }).toEqual({ caller, isFetched: codes.length === 0 });
      if (codes.length > 0 && ['Query', 'Mutation', 'ContactPoint'].includes(typeName)) {
        expect(mocks.received).toEqual([]);
      }
    }
  });

  it.each(streamed)('%s is subscribed to by nobody else than it is for', async (coordinate, rule) => {
    const [, fieldName = ''] = coordinate.split('.');
    for (const caller of callers) {
      const ended = new AbortController();
      const response = await send(`subscription { ${fieldName} { __typename } }`, caller, {
        accept: 'text/event-stream',
        signal: ended.signal,
      });
      const isOpen = response.headers.get('content-type')?.startsWith('text/event-stream');
      const codes = isOpen ? [] : ((await response.json()) as Answer).errors?.map(codeOf);
      ended.abort();
      expect({ caller, codes }).toEqual({ caller, codes: expectedCodes(rule, caller) });
    }
  });
});

function isStreamed([coordinate]: readonly [string, AccessRule]): boolean {
  return coordinate.startsWith('Subscription.');
}

describe('a request of which fields are refused', () => {
  it('is answered with variables, conditions and fragments that only they used', async () => {
    mocks.received.length = 0;
    const { body, status } = await ask(
      `query ($address: String!, $first: Int, $yes: Boolean!) {
        contactPoint(address: $address) {
          smsMessages(first: $first) @include(if: $yes) { nodes { ...Text } }
          mailMessages { nodes { subject } }
        }
      }
      fragment Text on Sms { body }`,
      ['mail:read'],
      { address: 'ana@example.com', first: 3, yes: true },
    );
    expect(status).toBe(200);
    expect(body.data).toEqual({
      contactPoint: { smsMessages: null, mailMessages: { nodes: [{ subject: 'mock' }] } },
    });
    expect(body.errors).toMatchObject([
      {
        path: ['contactPoint', 'smsMessages'],
        extensions: { code: 'FORBIDDEN', requestId: expect.any(String) },
      },
    ]);
    expect(mocks.received).toHaveLength(1);
  });

  it('is told of variables that are not valid all the same', async () => {
    const query = 'query ($id: ID!) { sms(id: $id) { id } }';
    const answers = [await ask(query, [], {}), await ask(query, ['telephony:read'], {})];
    for (const { body, status } of answers) {
      expect(status).toBe(400);
      expect(body.errors?.map(codeOf)).toEqual(['BAD_USER_INPUT']);
    }
  });

  it('shares no plan with the same text of another caller', async () => {
    const query = `{ node(id: "${newId('pay')}") { ... on Payment { status refunds { id } } } }`;
    const texts: string[] = [];
    for (const caller of [['billing:read'], [], ['billing:read']]) {
      mocks.received.length = 0;
      await ask(query, caller);
      texts.push(mocks.received.join());
    }
    expect(texts.map((text) => text.includes('refunds'))).toEqual([true, false, true]);
  });
});

function expectedCodes(rule: AccessRule, caller: readonly string[] | undefined): string[] {
  if (!caller) return ['UNAUTHENTICATED'];
  const satisfied =
    rule.scopes.length === 0 || rule.scopes.some((all) => all.every((s) => caller.includes(s)));
  return satisfied ? [] : ['FORBIDDEN'];
}

interface ShownError {
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string };
}

/** `node` itself answers nobody, so that the field behind it is not reached. */
function concerns(fieldName: string): (error: ShownError) => boolean {
  return ({ path }) =>
    ['node', fieldName].includes(String(path?.findLast((step) => typeof step === 'string')));
}

function codeOf({ extensions }: ShownError): string {
  return extensions.code;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly ShownError[];
}

async function ask(query: string, caller: readonly string[] | undefined, variables?: object) {
  const response = await send(query, caller, { variables });
  return { status: response.status, body: (await response.json()) as Answer };
}

/** Sends an operation as a caller with these scopes. */
function send(
  query: string,
  caller: readonly string[] | undefined,
  options: { variables?: object | undefined; accept?: string; signal?: AbortSignal },
): Promise<Response> {
  const { variables, accept, signal } = options;
  gateway.apiKeys.holder = caller && {
    apiKeyId: newId('key'),
    workspaceId: 'wsp_1',
    scopes: caller,
    mode: 'live',
  };
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    ...(signal && { signal }),
    // A secret of its own for every caller: the gateway remembers whose they are.
    headers: {
      'content-type': 'application/json',
      ...(accept && { accept }),
      ...(caller && {
        authorization: `Bearer sb_live_k_${caller.join('').replaceAll(':', '-').slice(0, 100)}x`,
      }),
    },
    body: JSON.stringify({ query, variables }),
  });
}

/** The shortest operation that reaches a field past fields without rules of their own, or itself from the root. */
function queryFor(typeName: string, fieldName: string): string {
  const operation = typeName === 'Mutation' ? 'mutation' : 'query';
  const target = api.schema.getType(typeName) as GraphQLObjectType;
  const field = target.getFields()[fieldName];
  if (!field) throw new Error(`${typeName}.${fieldName} is not in the API`);
  const leaf = `${fieldName}${argumentsOf(field)} ${isLeafType(getNamedType(field.type)) ? '' : '{ __typename }'}`;
  if (typeName === 'Query' || typeName === 'Mutation') return `${operation} { ${leaf} }`;
  const node = supergraph.nodeTypes.find((type) => type.typeName === typeName);
  if (node) return `{ node(id: "${newId(node.idPrefix)}") { ... on ${typeName} { ${leaf} } } }`;
  const queries = Object.values(api.schema.getQueryType()?.getFields() ?? {});
  const entry = queries.find((query) => getNamedType(query.type).name === typeName);
  if (!entry) throw new Error(`nothing leads to ${typeName}`);
  return `{ ${entry.name}${argumentsOf(entry)} { ${leaf} } }`;
}

function argumentsOf(field: GraphQLField<unknown, unknown>): string {
  const required = field.args.filter(({ type }) => isNonNullType(type));
  if (required.length === 0) return '';
  return `(${required.map(({ name, type }) => `${name}: ${literalOf(type, name)}`).join(', ')})`;
}

function literalOf(type: GraphQLInputType, name: string): string {
  if (isNonNullType(type)) return literalOf(type.ofType, name);
  if (isListType(type)) return `[${literalOf(type.ofType, name)}]`;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return `{ ${required.map((field) => `${field.name}: ${literalOf(field.type, field.name)}`).join(', ')} }`;
  }
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isObjectType(type)) throw new Error('not an input');
  if (name === 'address') return '"ana@example.com"';
  return { Int: '1', Float: '1', Boolean: 'true', BigInt: '"1"' }[type.name] ?? '"x"';
}
