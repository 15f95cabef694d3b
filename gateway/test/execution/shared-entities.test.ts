import { describe, expect, it } from 'vitest';
import { type Question, type ScriptedGraph, scriptedGraph } from './scripted-graph.ts';

const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';

/** Shops list products, by two roads; stock knows how many there are, and what goes with them. */
const SHOP = [
  {
    name: 'shop',
    sdl: `${FEDERATION}
      type Query { first: Product products: [Product] }
      type Mutation { sell(upc: ID!): Product! }
      type Product @key(fields: "upc") { upc: ID! }`,
  },
  {
    name: 'shelf',
    sdl: `${FEDERATION}
      type Query { latest: [Product] }
      type Product @key(fields: "upc") { upc: ID! }`,
  },
  {
    name: 'stock',
    sdl: `${FEDERATION}
      type Mutation { refill(upc: ID!): Product }
      type Product @key(fields: "upc") { upc: ID! left: Int place: String goesWith: [Product] }`,
  },
  {
    name: 'prices',
    sdl: `${FEDERATION} type Product @key(fields: "upc") { upc: ID! price(currency: String): String }`,
  },
];

const product = (upc: string) => ({ __typename: 'Product', upc });
const upcsAskedOf = (graph: ScriptedGraph, name: string) =>
  graph.questions
    .filter(({ subgraph, representations }) => subgraph === name && representations.length > 0)
    .map(({ representations }) => representations.map(({ upc }) => upc));

/** Every subgraph as it should be; `latest` waits for what a test says. */
function answers(latestComes: Promise<void> = Promise.resolve()) {
  return async ({ subgraph, representations, variables }: Question) => {
    switch (subgraph) {
      case 'shop':
        return {
          data: {
            first: product('1'),
            a: product('1'),
            b: product('1'),
            products: ['1', '2', '3'].map(product),
          },
        };
      case 'shelf':
        await latestComes;
        return { data: { latest: [product('2')] } };
      case 'stock':
        return {
          data: {
            refill: product('1'),
            _entities: representations.map(({ upc }) => ({
              left: Number(upc),
              place: 'A',
              goesWith: [product('9')],
            })),
          },
        };
      default: {
        const [currency] = Object.values({ ...variables, representations: undefined });
        return {
          data: { _entities: representations.map(({ upc }) => ({ price: `${upc} ${currency}` })) },
        };
      }
    }
  };
}

describe('entities that several places of a query ask the same about', () => {
  it('are asked for in one request when the questions arise at once, each entity once', async () => {
    const graph = await scriptedGraph(SHOP, answers());
    const { data } = await graph.run('{ first { upc left } products { upc left } }');
    expect(data).toEqual({
      first: { upc: '1', left: 1 },
      products: ['1', '2', '3'].map((upc) => ({ upc, left: Number(upc) })),
    });
    expect(upcsAskedOf(graph, 'stock')).toEqual([['1', '2', '3']]);
  });

  it('are not asked for again when a question arises later', async () => {
    const { promise: latestComes, resolve } = Promise.withResolvers<void>();
    const answer = answers(latestComes);
    const graph = await scriptedGraph(SHOP, async (question) => {
      // The question of the other place is answered by then.
      if (question.subgraph === 'stock') setImmediate(resolve);
      return answer(question);
    });
    const { data } = await graph.run('{ first { left } products { left } latest { upc left } }');
    expect(data.latest).toEqual([{ upc: '2', left: 2 }]);
    expect(upcsAskedOf(graph, 'stock')).toEqual([['1', '2', '3']]);
  });

  it('are not mixed up below: what another place asked of them with other arguments stays there', async () => {
    const graph = await scriptedGraph(SHOP, answers());
    const { data } = await graph.run(
      'query ($a: String, $b: String) { first { goesWith { price(currency: $a) } } products { goesWith { price(currency: $b) } } }',
      { a: 'EUR', b: 'USD' },
    );
    expect(data.first.goesWith).toEqual([{ price: '9 EUR' }]);
    expect(data.products.map(({ goesWith }: { goesWith: unknown }) => goesWith)).toEqual([
      [{ price: '9 USD' }],
      [{ price: '9 USD' }],
      [{ price: '9 USD' }],
    ]);
    expect(upcsAskedOf(graph, 'stock')).toEqual([['1', '2', '3']]);
  });

  it('have their errors wherever they stand, and nowhere else', async () => {
    const answer = answers();
    const graph = await scriptedGraph(SHOP, async (question) => {
      if (question.subgraph !== 'stock') return answer(question);
      return {
        data: { _entities: question.representations.map(({ upc }) => ({ place: upc === '2' ? null : 'A' })) },
        errors: question.representations.flatMap(({ upc }, index) =>
          upc === '2'
            ? [{ message: 'no', path: ['_entities', index, 'place'], extensions: { code: 'FORBIDDEN' } }]
            : [],
        ),
      };
    });
    const { data, errors } = await graph.run('{ first { place } products { place } latest { place } }');
    expect(data).toEqual({
      first: { place: 'A' },
      products: [{ place: 'A' }, { place: null }, { place: 'A' }],
      latest: [{ place: null }],
    });
    const places = errors.map(({ path }: { path: (string | number)[] }) => path.join('.'));
    expect(places.sort()).toEqual(['latest.0.place', 'products.1.place']);
  });

  it('that were asked for in two requests, of which one failed, are missing only where that one was asked', async () => {
    const { promise: latestComes, resolve } = Promise.withResolvers<void>();
    const answer = answers(latestComes);
    const away = { message: 'away', extensions: { code: 'UNAVAILABLE' } };
    const graph = await scriptedGraph(SHOP, async (question) => {
      if (question.subgraph === 'shelf') {
        await latestComes;
        return { data: { latest: ['2', '7'].map(product) } };
      }
      if (question.subgraph !== 'stock') return answer(question);
      setImmediate(resolve);
      return question.representations.some(({ upc }) => upc === '7') ? { errors: [away] } : answer(question);
    });
    const { data, errors } = await graph.run('{ products { upc left } latest { upc left } }');
    expect(data.products).toEqual(['1', '2', '3'].map((upc) => ({ upc, left: Number(upc) })));
    expect(data.latest).toEqual([
      { upc: '2', left: 2 },
      { upc: '7', left: null },
    ]);
    expect(upcsAskedOf(graph, 'stock')).toEqual([['1', '2', '3'], ['7']]);
    expect(errors).toMatchObject([{ path: ['latest', 1, 'left'], extensions: { code: 'UNAVAILABLE' } }]);
  });

  it('are asked for by each place of a mutation, which may have changed them', async () => {
    const graph = await scriptedGraph(SHOP, answers());
    await graph.run('mutation { a: sell(upc: "1") { left } b: sell(upc: "1") { left } }');
    expect(upcsAskedOf(graph, 'stock')).toEqual([['1'], ['1']]);
  });
});
