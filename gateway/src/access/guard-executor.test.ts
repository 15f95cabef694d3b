import type { Actor } from '@switchboard/identity';
import {
  buildSchema,
  executeSync,
  type GraphQLError,
  getOperationAST,
  parse,
  print,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { readAccessRules } from './access-rules.ts';
import { type Executor, guardExecutor } from './guard-executor.ts';

const SDL = `
  directive @authenticated on FIELD_DEFINITION | OBJECT
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
  type Query {
    viewer: Viewer @authenticated
    node(id: ID): Node
    notes: [Note!]
    must: Note!
    secretMust: Note! @requiresScopes(scopes: [["a"]])
    either: String @requiresScopes(scopes: [["a", "b"], ["c"]])
  }
  type Mutation {
    one: Int @requiresScopes(scopes: [["a"]])
    two: Int
    three: Int! @requiresScopes(scopes: [["c"]])
  }
  interface Node { id: ID! label: String }
  type Viewer { name: String! secret: String! @requiresScopes(scopes: [["a"]]) }
  type Note implements Node {
    id: ID!
    label: String @requiresScopes(scopes: [["a"]])
    text: String!
    price: String @requiresScopes(scopes: [["a"]])
    strict: String! @requiresScopes(scopes: [["a"]])
    next: Note
    any: Node
  }
  type Task implements Node { id: ID! label: String text: Int }
`;
const document = parse(SDL);
const rules = readAccessRules(document);
const schema = buildSchema(SDL);

const note: Record<string, unknown> = {
  __typename: 'Note',
  id: 'n1',
  label: 'note',
  text: 'hello',
  price: '9',
  strict: 's',
};
Object.assign(note, {
  next: { ...note, id: 'n2' },
  any: { __typename: 'Task', id: 't1', label: 'task', text: 1 },
});

function actorWith(...scopes: string[]): Actor {
  return { kind: 'apiKey', workspaceId: 'wsp_1', mode: 'live', scopes, apiKeyId: 'key_1' };
}
const nobody: Actor = { kind: 'anonymous' };

/** Runs an operation over invented data behind the guard. */
async function run(
  query: string,
  actor: Actor,
  options: {
    variables?: Record<string, unknown>;
    root?: Record<string, unknown>;
    operationName?: string;
  } = {},
) {
  const client = parse(query);
  expect(validate(schema, client)).toEqual([]);
  const fetched: string[] = [];
  const ran: string[] = [];
  const act = (name: string, value: number) => () => {
    ran.push(name);
    return value;
  };
  const root = {
    viewer: { name: 'Ana', secret: 'x' },
    node: note,
    notes: [note, { ...note, id: 'n3' }],
    must: note,
    secretMust: note,
    either: 'e',
    one: act('one', 1),
    two: act('two', 2),
    three: act('three', 3),
    ...options.root,
  };
  const inner: Executor = async (context) => {
    fetched.push(`${context.queryHash} ${print(context.document)}`);
    return executeSync({
      schema,
      document: context.document,
      rootValue: root,
      variableValues: context.request.variables,
      operationName: context.request.operationName,
    }) as Awaited<ReturnType<Executor>>;
  };
  const answer = await guardExecutor(
    inner,
    rules,
  )({
    document: client,
    schema,
    queryHash: 'hash',
    operation: getOperationAST(client, options.operationName),
    request: { variables: options.variables, operationName: options.operationName },
    context: { identity: { actor, requestId: 'req_1', correlationId: 'req_1' } },
  } as unknown as Parameters<Executor>[0]);
  const errors = (answer.errors as readonly GraphQLError[] | undefined)?.map((error) => ({
    path: error.path?.join('.'),
    code: (error.originalError as { code?: string } | undefined)?.code ?? error.message,
  }));
  return { data: JSON.parse(JSON.stringify(answer.data ?? null)), errors, fetched, ran };
}

describe('a caller that satisfies every rule', () => {
  it('has its operation executed as it came', async () => {
    const { data, errors, fetched } = await run('{ notes { price } }', actorWith('a'));
    expect(data).toEqual({ notes: [{ price: '9' }, { price: '9' }] });
    expect(errors).toBeUndefined();
    expect(fetched).toEqual([`hash ${print(parse('{ notes { price } }'))}`]);
  });

  it('satisfies alternatives by all scopes of one of them', async () => {
    expect((await run('{ either }', actorWith('c'))).errors).toBeUndefined();
    expect((await run('{ either }', actorWith('a', 'b'))).errors).toBeUndefined();
    expect((await run('{ either }', actorWith('a'))).errors).toEqual([{ path: 'either', code: 'FORBIDDEN' }]);
  });
});

describe('a refused field', () => {
  it('is not fetched, answers null with an error at each of its places, and leaves the rest', async () => {
    const { data, errors, fetched } = await run('{ notes { id price text } must { id } }', actorWith());
    expect(data).toEqual({
      notes: [
        { id: 'n1', price: null, text: 'hello' },
        { id: 'n3', price: null, text: 'hello' },
      ],
      must: { id: 'n1' },
    });
    expect(errors).toEqual([
      { path: 'notes.0.price', code: 'FORBIDDEN' },
      { path: 'notes.1.price', code: 'FORBIDDEN' },
    ]);
    expect(fetched).toHaveLength(1);
    expect(fetched[0]).not.toMatch(/price/);
    expect(Object.keys(data.notes[0])).toEqual(['id', 'price', 'text']);
  });

  it('says UNAUTHENTICATED to nobody', async () => {
    const { data, errors, fetched } = await run('{ viewer { name } either }', nobody);
    expect(data).toEqual({ viewer: null, either: null });
    expect(errors).toEqual([
      { path: 'viewer', code: 'UNAUTHENTICATED' },
      { path: 'either', code: 'UNAUTHENTICATED' },
    ]);
    expect(fetched).toEqual([]);
  });

  it('takes its parent along when it cannot be null, up to the next that can', async () => {
    const nested = await run('{ viewer { name secret } notes { next { strict } } }', actorWith());
    expect(nested.data).toEqual({ viewer: null, notes: [{ next: null }, { next: null }] });
    expect(nested.errors?.map(({ path }) => path)).toEqual([
      'viewer.secret',
      'notes.0.next.strict',
      'notes.1.next.strict',
    ]);
    const whole = await run('{ must { strict } notes { id } }', actorWith());
    expect(whole.data).toBeNull();
    expect(whole.errors).toEqual([{ path: 'must.strict', code: 'FORBIDDEN' }]);
  });

  it('has no error where its parent is null', async () => {
    const { data, errors } = await run('{ viewer { secret } }', actorWith(), { root: { viewer: null } });
    expect({ data, errors }).toEqual({ data: { viewer: null }, errors: undefined });
  });

  it('is found under every alias', async () => {
    const { data, errors, fetched } = await run(
      '{ notes { text: price cost: price id: text } }',
      actorWith(),
    );
    expect(data.notes[0]).toEqual({ text: null, cost: null, id: 'hello' });
    expect(errors?.slice(0, 2).map(({ path }) => path)).toEqual(['notes.0.text', 'notes.0.cost']);
    expect(fetched[0]).not.toContain('price');
  });

  it('is found in fragments, named, inline and nested, and unused ones are left out', async () => {
    const { data, errors, fetched } = await run(
      `query { notes { ...A } must { ...OnlySecret } }
       fragment A on Note { id ... { price } ...B }
       fragment B on Note { next { label } }
       fragment OnlySecret on Note { price }`,
      actorWith(),
    );
    expect(data).toEqual({
      notes: [
        { id: 'n1', price: null, next: { label: null } },
        { id: 'n3', price: null, next: { label: null } },
      ],
      must: { price: null },
    });
    expect(errors?.map(({ path }) => path)).toContain('must.price');
    expect(fetched[0]).not.toMatch(/price|label/);
  });

  it('that is skipped or not included has no error', async () => {
    const query = `query ($yes: Boolean!) {
      notes { price @skip(if: $yes) id }
      either @include(if: false)
      ... @skip(if: $yes) { secretMust { id } }
      must { id }
    }`;
    const skipped = await run(query, actorWith(), { variables: { yes: true } });
    expect(skipped.data).toEqual({ notes: [{ id: 'n1' }, { id: 'n3' }], must: { id: 'n1' } });
    expect(skipped.errors).toBeUndefined();
    const included = await run(query, actorWith(), { variables: { yes: false } });
    expect(included.data).toBeNull();
    expect(included.errors).toEqual([{ path: 'secretMust', code: 'FORBIDDEN' }]);
    expect(included.fetched).toEqual([]);
  });

  it('keeps the errors of the rest', async () => {
    const fail = () => {
      throw new Error('boom');
    };
    const { data, errors } = await run('{ viewer { name } notes { price next { text } } }', actorWith(), {
      root: { notes: [{ ...note, next: { text: fail } }] },
    });
    expect(data).toEqual({ viewer: { name: 'Ana' }, notes: [{ price: null, next: null }] });
    expect(errors).toEqual([
      { path: 'notes.0.next.text', code: 'boom' },
      { path: 'notes.0.price', code: 'FORBIDDEN' },
    ]);
  });
});

describe('behind an interface', () => {
  it('the rules of the object types hold, and none of the interface itself', async () => {
    const query = '{ node(id: "1") { id label ... on Note { price } ... on Task { text } } }';
    const own = await run(query, actorWith());
    expect(own.data.node).toEqual({ id: 'n1', label: null, price: null });
    expect(own.errors).toEqual([
      { path: 'node.label', code: 'FORBIDDEN' },
      { path: 'node.price', code: 'FORBIDDEN' },
    ]);
    const other = await run(query, actorWith(), { root: { node: note.any } });
    expect(other.data.node).toEqual({ id: 't1', label: 'task', text: 1 });
    expect(other.errors).toBeUndefined();
    expect((await run('{ node { id } }', actorWith())).errors).toBeUndefined();
  });

  it('the client keeps its own use of the key __typename', async () => {
    const { data, errors } = await run(
      '{ node { __typename: id type: __typename ... on Note { price } } }',
      actorWith(),
    );
    expect(data.node).toEqual({ __typename: 'n1', type: 'Note', price: null });
    expect(errors?.map(({ path }) => path)).toEqual(['node.price']);
  });
});

describe('a mutation', () => {
  it('that is refused does not run; the others keep their order', async () => {
    const { data, errors, ran } = await run('mutation { b: two one c: two two }', actorWith());
    expect(data).toEqual({ b: 2, one: null, c: 2, two: 2 });
    expect(errors).toEqual([{ path: 'one', code: 'FORBIDDEN' }]);
    expect(ran).toEqual(['two', 'two', 'two']);
  });

  it('that is refused and cannot be null lets none of the request run: there would be no answer to it', async () => {
    const { data, errors, ran, fetched } = await run('mutation { two one three }', actorWith());
    expect(data).toBeNull();
    expect(errors).toEqual([
      { path: 'one', code: 'FORBIDDEN' },
      { path: 'three', code: 'FORBIDDEN' },
    ]);
    expect([ran, fetched]).toEqual([[], []]);
  });

  it('of another operation in the document does not count', async () => {
    const { data, errors } = await run('query Q { must { id } } mutation M { three }', actorWith(), {
      operationName: 'Q',
    });
    expect({ data, errors }).toEqual({ data: { must: { id: 'n1' } }, errors: undefined });
  });
});

describe('introspection', () => {
  it('is answered beside a refusal', async () => {
    const { data } = await run(
      '{ __typename __type(name: "Note") { name } __schema { queryType { name } } either }',
      nobody,
    );
    expect(data).toEqual({
      __typename: 'Query',
      __type: { name: 'Note' },
      __schema: { queryType: { name: 'Query' } },
      either: null,
    });
  });
});

describe('plans', () => {
  it('of what is left are not those of the whole', async () => {
    const whole = await run('{ notes { price } }', actorWith('a'));
    const left = await run('{ notes { price } }', actorWith());
    expect(whole.fetched[0]?.split(' ')[0]).toBe('hash');
    expect(left.fetched[0]?.split(' ')[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('rules that would not be enforced', () => {
  it.each([
    ['on a type', 'directive @authenticated on OBJECT type Query { a: A } type A @authenticated { b: Int }'],
    ['of another kind', 'directive @policy on FIELD_DEFINITION type Query { a: Int @policy }'],
    [
      'without scopes',
      'directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION type Query { a: Int @requiresScopes(scopes: []) }',
    ],
  ])('%s end the start', (_name, sdl) => {
    expect(() => readAccessRules(parse(sdl))).toThrow(/access rules stand on fields|not enforced|no scopes/);
  });
});
