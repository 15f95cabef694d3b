import { buildSchema, getOperationAST, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readCostRules } from './cost-rules.ts';
import { OperationCosts } from './operation-costs.ts';

const PAGED =
  '@listSize(assumedSize: 20, slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)';
const SDL = `
  directive @cost(weight: Int!) on FIELD_DEFINITION | ARGUMENT_DEFINITION | OBJECT
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
  type Query {
    viewer: Viewer
    name: String
    vendor: [Thing] @cost(weight: 50)
    things(first: Int, last: Int): ThingConnection ${PAGED}
    top(count: Int = 3): [Thing] @listSize(slicingArguments: ["count"])
    few: [Thing] @listSize(assumedSize: 2)
    plain: [Thing]
    node(id: ID): Node
    search(text: String @cost(weight: 7)): Viewer
    heavy: Heavy
  }
  type Mutation { send: Viewer, dear: Viewer @cost(weight: 100) }
  type Viewer { name: String friend: Viewer tags: [String] }
  type ThingConnection { edges: [ThingEdge] nodes: [Thing] total: Int, first: Thing }
  type ThingEdge { node: Thing }
  interface Node { id: ID }
  type Thing implements Node { id: ID viewer: Viewer things(first: Int, last: Int): ThingConnection ${PAGED} }
  type Heavy implements Node @cost(weight: 30) { id: ID }
  type Light implements Node { id: ID friend: Viewer }
`;
const schema = buildSchema(SDL);
const costs = new OperationCosts(readCostRules(parse(SDL)));

function costOf(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return costs.of(schema, document, operation, variables);
}

describe('the cost of an operation', () => {
  it.each<[string, string, number]>([
    ['values cost nothing', '{ name __typename }', 0],
    ['an object costs 1, at every level', '{ viewer { name friend { friend { name } } } }', 3],
    ['a mutation costs 10', 'mutation { send { name } }', 10],
    ['every mutation costs 10', 'mutation { a: send { name } b: send { friend { name } } }', 21],
    ['a weight replaces the default', 'mutation { dear { name } }', 100],
    ['a weight of a list counts once, its members each', '{ vendor { id } }', 60],
    ['a weight of a type counts for each object', '{ heavy { id } }', 30],
    ['a weight of an argument counts when it is given', '{ search(text: "x") { name } }', 8],
    ['and not when it is absent', '{ search { name } }', 1],
    ['a page is 20 long', '{ things { nodes { id } } }', 21],
    ['a page is as long as first says', '{ things(first: 100) { nodes { id viewer { name } } } }', 201],
    ['or last', '{ things(last: 3) { nodes { id } } }', 4],
    ['edges are as long, and hold a node each', '{ things(first: 5) { edges { node { id } } } }', 11],
    ['what is no list of a page counts once', '{ things(first: 5) { total first { id } } }', 2],
    [
      'pages in pages multiply',
      '{ things(first: 10) { nodes { things(first: 10) { nodes { id } } } } }',
      121,
    ],
    ['null is as good as absent', '{ things(first: null) { nodes { id } } }', 21],
    ['a default of the schema counts', '{ top { id } }', 3],
    ['a declared length counts', '{ few { viewer { name } } }', 4],
    ['a list nothing is known of is 10 long', '{ plain { id } }', 10],
    ['a list of values costs nothing', '{ viewer { tags } }', 1],
    [
      'fields that merge count once',
      '{ viewer { name } viewer { friend { name } } ...F ...F } fragment F on Query { viewer { name } }',
      2,
    ],
    ['aliases count each', '{ a: viewer { name } b: viewer { name } }', 2],
    [
      'introspection costs 1',
      '{ __schema { types { name fields { name } } } __type(name: "Viewer") { name } }',
      2,
    ],
    [
      'of an interface the dearest type counts',
      '{ node { id ... on Light { friend { name } } ... on Thing { viewer { friend { name } } } } }',
      3,
    ],
  ])('%s', (_rule, query, cost) => {
    expect(costOf(query)).toBe(cost);
  });

  it('follows the variables that decide it, and only those', () => {
    const query = `query ($n: Int = 2, $yes: Boolean! = true, $id: ID) {
      things(first: $n) { nodes { id } }
      viewer @include(if: $yes) { friend { name } }
      name @skip(if: $yes)
      node(id: $id) { id }
    }`;
    expect(costOf(query)).toBe(3 + 2 + 1);
    expect(costOf(query, { n: 50 })).toBe(51 + 2 + 1);
    expect(costOf(query, { n: null })).toBe(21 + 2 + 1);
    expect(costOf(query, { n: 50, yes: false })).toBe(51 + 1);
    expect(costOf(query, { n: 1_000_000_000 })).toBeGreaterThan(1_000_000_000);
    expect(costOf(query, { n: -5, id: 'x' })).toBe(1 + 2 + 1);
    const document = parse(query);
    const operation = getOperationAST(document);
    if (!operation) throw new Error('no operation');
    expect(costs.of(schema, document, operation, { n: 4 })).toBe(8);
    expect(costs.of(schema, document, operation, {})).toBe(6);
    expect(costs.of(schema, document, operation, { n: null })).toBe(24);
    expect(costs.of(schema, document, operation, { n: 4 })).toBe(8);
  });

  it('demands one slicing argument where the schema does', () => {
    const other = `directive @listSize(slicingArguments: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
      type Query { rows(first: Int, last: Int): [Row] @listSize(slicingArguments: ["first", "last"]) } type Row { id: ID }`;
    const otherSchema = buildSchema(other);
    const strict = new OperationCosts(readCostRules(parse(other)));
    const ask = (query: string) => {
      const document = parse(query);
      const operation = getOperationAST(document);
      return operation && strict.of(otherSchema, document, operation, {});
    };
    expect(ask('{ rows(first: 5) { id } }')).toBe(5);
    for (const query of ['{ rows { id } }', '{ rows(first: 5, last: 5) { id } }']) {
      expect(() => ask(query)).toThrow('"rows" needs exactly one of "first", "last".');
    }
  });
});
