import { describe, expect, it } from 'vitest';
import type { SubgraphAnswer } from '../../src/graph/subgraph-answer.ts';
import { type Question, scriptedGraph } from './scripted-graph.ts';

const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])';

/** The estimate of stock requires the price, what is left does not. */
const SHOP = [
  {
    name: 'shop',
    sdl: `${FEDERATION} type Query { products: [Product] } type Product @key(fields: "upc") { upc: ID! }`,
  },
  { name: 'prices', sdl: `${FEDERATION} type Product @key(fields: "upc") { upc: ID! price: Int }` },
  {
    name: 'stock',
    sdl: `${FEDERATION} type Product @key(fields: "upc") { upc: ID! price: Int @external
      left(at: String): Int estimate: Int @requires(fields: "price") }`,
  },
];

const QUERY = 'query ($at: String) { products { upc left(at: $at) estimate } }';

const entities = (question: Question, of: (representation: Question['representations'][0]) => unknown) => ({
  data: { _entities: question.representations.map(of) },
});

/** Everybody as they should be, but for those that a test speaks for. */
const graphWith = (other: (question: Question) => SubgraphAnswer | undefined = () => undefined) =>
  scriptedGraph(SHOP, (question) => {
    const answer = other(question);
    if (answer) return answer;
    if (question.subgraph === 'shop') {
      return { data: { products: ['1', '2'].map((upc) => ({ __typename: 'Product', upc })) } };
    }
    if (question.subgraph === 'prices') return entities(question, ({ upc }) => ({ price: 10 * upc }));
    return entities(question, ({ upc, price }) => ({
      ...(question.query.includes('left') && { left: Number(upc) }),
      ...(question.query.includes('estimate') && { estimate: price / 2 }),
    }));
  });

const askedOfStock = ({ questions }: { questions: Question[] }) =>
  questions
    .filter(({ subgraph }) => subgraph === 'stock')
    .map(({ query, representations }) => ({
      fields: ['left', 'estimate'].filter((field) => query.includes(field)),
      upcs: representations.map(({ upc }) => upc),
    }));

describe('what needs a key and what requires more of the same entities', () => {
  it('is asked for in one request', async () => {
    const graph = await graphWith();
    const { data, errors } = await graph.run(QUERY, { at: 'A' });
    expect(errors).toBeUndefined();
    expect(data.products).toEqual([
      { upc: '1', left: 1, estimate: 5 },
      { upc: '2', left: 2, estimate: 10 },
    ]);
    expect(askedOfStock(graph)).toEqual([{ fields: ['left', 'estimate'], upcs: ['1', '2'] }]);
    expect(graph.questions.at(-1)?.variables).toMatchObject({ at: 'A' });
    expect(graph.leftToStock()).toBe(0);
  });

  it('is asked for apart where an entity lacks what is required', async () => {
    const graph = await graphWith((question) =>
      question.subgraph === 'prices'
        ? entities(question, ({ upc }) => (upc === '1' ? { price: 10 } : null))
        : undefined,
    );
    const { data } = await graph.run(QUERY);
    expect(data.products).toEqual([
      { upc: '1', left: 1, estimate: 5 },
      { upc: '2', left: 2, estimate: null },
    ]);
    expect(askedOfStock(graph)).toEqual([
      { fields: ['left', 'estimate'], upcs: ['1'] },
      { fields: ['left'], upcs: ['2'] },
    ]);
  });

  it('does not miss the first because nobody has the second', async () => {
    const graph = await graphWith(({ subgraph }) =>
      subgraph === 'prices'
        ? { errors: [{ message: 'away', extensions: { code: 'UNAVAILABLE' } }] }
        : undefined,
    );
    const { data, errors } = await graph.run(QUERY);
    expect(data.products.map(({ left }: { left: number }) => left)).toEqual([1, 2]);
    expect(errors.map(({ path }: { path: unknown[] }) => path.at(-1))).toEqual(['price', 'price']);
  });

  it('fails together, each at its own place', async () => {
    const graph = await graphWith(({ subgraph }) =>
      subgraph === 'stock'
        ? { errors: [{ message: 'away', extensions: { code: 'UNAVAILABLE' } }] }
        : undefined,
    );
    const { errors } = await graph.run(QUERY);
    expect(errors.map(({ path }: { path: unknown[] }) => path.join('.')).sort()).toEqual([
      'products.0.estimate',
      'products.0.left',
      'products.1.estimate',
      'products.1.left',
    ]);
  });
});
