import { describe, expect, it } from 'vitest';
import { RICH_SERVICES } from './rich-graph.ts';
import { type Question, scriptedGraph } from './scripted-graph.ts';

const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';

/** Two subgraphs: shops list products, stock knows how many there are. */
const SHOP = [
  {
    name: 'shop',
    sdl: `${FEDERATION}
      type Query { products: [Product] first: Product named(name: String): Product }
      type Mutation { sell(upc: ID!): Product! close: Boolean }
      type Product @key(fields: "upc") { upc: ID! name: String! }`,
  },
  {
    name: 'stock',
    sdl: `${FEDERATION}
      type Query { warehouses: [String!] }
      type Mutation { refill(upc: ID!): Product }
      type Product @key(fields: "upc") { upc: ID! left: Int! place: String }`,
  },
];

function product(upc: string): Record<string, unknown> {
  return { __typename: 'Product', upc, name: `Product ${upc}` };
}

/** Stock as it should be: one entity per representation. */
function stockOf({ representations }: Question) {
  return {
    data: {
      _entities: representations.map(({ upc }) => ({ __typename: 'Product', left: Number(upc), place: 'A' })),
    },
  };
}

const UNAVAILABLE = { message: 'away', extensions: { code: 'UNAVAILABLE' } };

describe('entities', () => {
  it('that are equal are asked for once, and stand in every place', async () => {
    const graph = await scriptedGraph(SHOP, (question) =>
      question.subgraph === 'shop'
        ? { data: { products: ['1', '2', '1', '1'].map(product), first: product('2') } }
        : stockOf(question),
    );
    const { data } = await graph.run('{ products { upc left } first { upc left } }');
    expect(data.products.map(({ left }: { left: number }) => left)).toEqual([1, 2, 1, 1]);
    expect(data.first).toEqual({ upc: '2', left: 2 });
    const asked = graph.questions.filter(({ subgraph }) => subgraph === 'stock');
    for (const { representations } of asked) {
      expect(new Set(representations.map(({ upc }) => upc)).size).toBe(representations.length);
    }
    expect(graph.leftToStock()).toBe(0);
  });

  it('that only look alike are told apart', async () => {
    const upcs = ['1', 1, '"1', 'true', true, 'x', 'x '];
    const graph = await scriptedGraph(SHOP, (question) =>
      question.subgraph === 'shop'
        ? { data: { products: upcs.map((upc) => ({ __typename: 'Product', upc })) } }
        : {
            data: {
              _entities: question.representations.map(({ upc }) => ({ place: `at ${typeof upc} ${upc}` })),
            },
          },
    );
    const { data } = await graph.run('{ products { place } }');
    expect(data.products.map(({ place }: { place: string }) => place)).toEqual(
      upcs.map((upc) => `at ${typeof upc} ${upc}`),
    );
  });

  it('are asked for in parts of 200, and the errors of a part stay with its entities', async () => {
    const upcs = Array.from({ length: 450 }, (_, n) => String(n));
    const graph = await scriptedGraph(SHOP, (question) => {
      if (question.subgraph === 'shop') return { data: { products: upcs.map(product) } };
      if (question.representations[0].upc !== '200') return stockOf(question);
      return {
        data: { _entities: question.representations.map(() => null) },
        errors: [{ ...UNAVAILABLE, path: ['_entities', 3, 'place'] }],
      };
    });
    const { data, errors } = await graph.run('{ products { upc place } }');
    expect(graph.questions.map(({ representations }) => representations.length)).toEqual([0, 200, 200, 50]);
    expect(data.products[199].place).toBe('A');
    expect(data.products[203].place).toBeNull();
    expect(data.products[449].place).toBe('A');
    expect(errors).toMatchObject([{ path: ['products', 203, 'place'] }]);
  });

  it('that are null, unknown or of another type are not asked about', async () => {
    const graph = await scriptedGraph(SHOP, (question) =>
      question.subgraph === 'shop' ? { data: { products: [null, product('1')] } } : stockOf(question),
    );
    const { data } = await graph.run('{ products { upc left } }');
    expect(data.products).toEqual([null, { upc: '1', left: 1 }]);
    const nobody = await scriptedGraph(SHOP, () => ({ data: { products: [null] } }));
    expect(await nobody.run('{ products { upc left } }')).toEqual({ data: { products: [null] } });
    expect(nobody.questions).toHaveLength(1);
  });
});

describe('errors', () => {
  it('of an entity stand at each of its places', async () => {
    const graph = await scriptedGraph(SHOP, ({ subgraph }) =>
      subgraph === 'shop'
        ? { data: { products: ['1', '2', '1'].map(product) } }
        : {
            data: { _entities: [{ place: null }, { place: 'A' }] },
            errors: [{ message: 'no', path: ['_entities', 0, 'place'], extensions: { code: 'FORBIDDEN' } }],
          },
    );
    const { data, errors } = await graph.run('{ products { place } }');
    expect(data.products).toEqual([{ place: null }, { place: 'A' }, { place: null }]);
    expect(errors.map(({ path }: { path: unknown }) => path)).toEqual([
      ['products', 0, 'place'],
      ['products', 2, 'place'],
    ]);
    expect(errors[0].extensions).toMatchObject({ code: 'FORBIDDEN', serviceName: 'stock' });
  });

  it.each([
    ['no place', { errors: [UNAVAILABLE] }],
    ['the place of all entities', { data: null, errors: [{ ...UNAVAILABLE, path: ['_entities'] }] }],
  ])('with %s stand at the fields that are missing', async (_name, answer) => {
    const graph = await scriptedGraph(SHOP, ({ subgraph }) =>
      subgraph === 'shop' ? { data: { products: [product('1'), null, product('2')] } } : answer,
    );
    const { data, errors } = await graph.run('{ products { upc elsewhere: place } }');
    expect(data.products).toEqual([{ upc: '1', elsewhere: null }, null, { upc: '2', elsewhere: null }]);
    expect(errors.map(({ path }: { path: unknown }) => path)).toEqual([
      ['products', 0, 'elsewhere'],
      ['products', 2, 'elsewhere'],
    ]);
  });

  it('of root fields that are missing stand at each of them, and the other subgraph answers', async () => {
    const graph = await scriptedGraph(SHOP, ({ subgraph }) =>
      subgraph === 'shop' ? { errors: [UNAVAILABLE] } : { data: { warehouses: ['A'] } },
    );
    const { data, errors } = await graph.run('{ a: products { upc } warehouses first { upc } }');
    expect(data).toEqual({ a: null, warehouses: ['A'], first: null });
    expect(errors.map(({ path }: { path: unknown }) => path)).toEqual([['a'], ['first']]);
  });

  it.each([
    ['too few entities', { data: { _entities: [] } }],
    ['no list', { data: { _entities: 'x' } }],
    ['nothing at all', { data: null }],
  ])('are made of %s: the subgraph speaks nonsense', async (_name, answer) => {
    const graph = await scriptedGraph(SHOP, ({ subgraph }) =>
      subgraph === 'shop' ? { data: { first: product('1') } } : answer,
    );
    const { data, errors } = await graph.run('{ first { upc place } }');
    expect(data).toEqual({ first: { upc: '1', place: null } });
    expect(errors).toMatchObject([{ path: ['first', 'place'], extensions: { code: 'UNAVAILABLE' } }]);
  });

  it.each([
    ['a text for a list', { products: 'x' }],
    ['a number for an object', { products: [7] }],
    ['an object of an unknown type', { products: [{ __typename: 'Nobody', upc: '1' }] }],
    ['a list for a text', { products: [{ __typename: 'Product', upc: ['1'] }] }],
  ])('tell of %s, and the rest is answered', async (_name, data) => {
    const graph = await scriptedGraph(SHOP, ({ subgraph }) =>
      subgraph === 'shop' ? { data } : { data: { warehouses: ['A'] } },
    );
    const answer = await graph.run('{ products { upc } warehouses }');
    expect(answer.data.warehouses).toEqual(['A']);
    expect(answer.extensions.valueCompletion).toHaveLength(1);
  });
});

describe('nulls', () => {
  it('go up to where the schema lets them be', async () => {
    const graph = await scriptedGraph(SHOP, (question) => {
      if (question.subgraph === 'shop')
        return { data: { products: [product('1'), product('2')], first: product('1') } };
      return {
        data: { _entities: question.representations.map(({ upc }) => ({ left: upc === '1' ? null : 2 })) },
      };
    });
    const { data, extensions } = await graph.run('{ products { upc left } first { upc left } }');
    expect(data).toEqual({ products: [null, { upc: '2', left: 2 }], first: null });
    expect(extensions.valueCompletion.map(({ path }: { path: unknown }) => path)).toEqual([
      ['products', 0, 'left'],
      ['first', 'left'],
    ]);
  });

  it('of a mutation that may not be null take everything', async () => {
    const graph = await scriptedGraph(SHOP, () => ({
      data: null,
      errors: [{ message: 'no', path: ['sell'], extensions: { code: 'NOT_FOUND' } }],
    }));
    const { data, errors } = await graph.run('mutation { sell(upc: "1") { upc } }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['sell'], extensions: { code: 'NOT_FOUND' } }]);
  });
});

describe('mutations', () => {
  it('run one after the other, in the order of the operation', async () => {
    let underWay = 0;
    const graph = await scriptedGraph(SHOP, async (question) => {
      underWay += 1;
      await new Promise((resolve) => setImmediate(resolve));
      expect(underWay).toBe(1);
      underWay -= 1;
      if (question.representations.length > 0) return stockOf(question);
      return { data: { a: product('1'), refill: product('1'), close: true, b: product('1') } };
    });
    const { data } = await graph.run(
      'mutation { a: sell(upc: "1") { upc } refill(upc: "1") { upc } close b: sell(upc: "1") { upc } }',
    );
    expect(Object.keys(data)).toEqual(['a', 'refill', 'close', 'b']);
    const order = graph.questions.filter(({ representations }) => representations.length === 0);
    expect(order.map(({ subgraph }) => subgraph)).toEqual(['shop', 'stock', 'shop']);
  });

  it.each([
    [
      'fragments',
      'mutation { b: close ...A c: close ...D } fragment A on Mutation { a: close } fragment D on Mutation { d: close }',
    ],
    [
      'conditions',
      'mutation { b: close ... on Mutation @include(if: true) { a: close } c: close @skip(if: false) d: close e: close @skip(if: true) }',
    ],
  ])('keep their order beside %s', async (_what, mutation) => {
    const graph = await scriptedGraph(SHOP, () => ({ data: { a: true, b: true, c: true, d: true } }));
    await graph.run(mutation);
    const called = graph.questions.flatMap(({ query }) => [...query.matchAll(/([a-e]): *close/g)]);
    expect(called.map(([, key]) => key).filter((key) => key !== 'e')).toEqual(['b', 'a', 'c', 'd']);
  });

  it('and what is read after them are never shared, queries are', async () => {
    const graph = await scriptedGraph(SHOP, (question) => {
      if (question.subgraph === 'stock') return stockOf(question);
      return {
        data: question.query.startsWith('mutation') ? { sell: product('1') } : { first: product('1') },
      };
    });
    await graph.run('mutation { sell(upc: "1") { left } }');
    expect(graph.questions.map(({ isShareable }) => isShareable)).toEqual([false, false]);
    await graph.run('{ first { left } }');
    expect(graph.questions.slice(2).map(({ isShareable }) => isShareable)).toEqual([true, true]);
  });
});

describe('operations', () => {
  it('are compiled once for every caller, whatever the variables, and anew after a reload', async () => {
    const graph = await scriptedGraph(SHOP, ({ variables, query }) => ({
      data: { named: { ...product('1'), name: variables?.n, ...(query.includes('price') && { price: 5 }) } },
    }));
    const query =
      'query ($n: String, $with: Boolean = true) { named(name: $n) { upc name @include(if: $with) } }';
    expect((await graph.run(query, { n: 'x' })).data).toEqual({ named: { upc: '1', name: 'x' } });
    expect((await graph.run(query, { n: 'y', with: false })).data).toEqual({ named: { upc: '1' } });
    expect((await graph.run(query, { n: 'y', with: 7 })).errors).toHaveLength(1);
    const [shop = { name: '', sdl: '' }, ...others] = SHOP;
    graph.reload([
      { ...shop, sdl: shop.sdl.replace('name: String!', 'name: String! price: Int') },
      ...others,
    ]);
    expect((await graph.run('{ named { price } }')).data).toEqual({ named: { price: 5 } });
  });

  it.each([
    [
      'introspection among data',
      '{ first { upc } __schema { queryType { name } } }',
      { first: { upc: '1' }, __schema: { queryType: { name: 'Query' } } },
    ],
    ['aliases that every object has', '{ first { constructor: upc } }', { first: { constructor: '1' } }],
  ])('with %s are left to the executor that knows them', async (_name, query, data) => {
    const graph = await scriptedGraph(SHOP, ({ query }) => ({
      data: {
        first: {
          __typename: 'Product',
          ...(query.includes('constructor') ? { constructor: '1' } : { upc: '1' }),
        },
      },
    }));
    expect((await graph.run(query)).data).toEqual(data);
    expect((await graph.run(query)).data).toEqual(data);
    expect(graph.leftToStock()).toBe(2);
  });

  it('that need no subgraph ask none', async () => {
    const graph = await scriptedGraph(SHOP, () => ({ data: {} }));
    expect(await graph.run('{ __typename me: __typename }')).toEqual({
      data: { __typename: 'Query', me: 'Query' },
    });
    expect(await graph.run('{ first @skip(if: true) { upc } }')).toEqual({ data: {} });
    expect(graph.questions).toEqual([]);
  });

  it('on unions and interfaces select by the type that came', async () => {
    const graph = await scriptedGraph(RICH_SERVICES, ({ subgraph }) =>
      subgraph === 'reviews'
        ? {
            data: {
              search: [
                { __typename: 'Team', id: 't', again: 't' },
                { __typename: 'Product', code: 'p' },
              ],
            },
          }
        : { data: { everybody: [] } },
    );
    const { data } = await graph.run(
      '{ search(text: "") { kind: __typename ... on Party { id } ... on Product { code: upc } ... on Team { again: id } } }',
    );
    expect(data.search).toEqual([
      { kind: 'Team', id: 't', again: 't' },
      { kind: 'Product', code: 'p' },
    ]);
  });
});
