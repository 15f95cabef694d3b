/**
 * The graph of the nested federation benchmark that GraphQL gateways are usually compared with: accounts, products,
 * reviews and inventory, here under names that the gateway knows. Everybody's subgraphs are the same processes.
 */
export const SMALL_SUBGRAPHS = ['auth', 'mail', 'telephony', 'billing'] as const;
export type SmallSubgraph = (typeof SMALL_SUBGRAPHS)[number];

const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])';

export const SMALL_SDL: Readonly<Record<SmallSubgraph, string>> = {
  auth: `${FEDERATION}
    type Query { me: User user(id: ID!): User users: [User] }
    type User @key(fields: "id") { id: ID! name: String username: String birthday: Int }`,
  mail: `${FEDERATION}
    type Query { topProducts(first: Int = 5): [Product] }
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
  telephony: `${FEDERATION}
    type Review @key(fields: "id") { id: ID! body: String author: User product: Product }
    type User @key(fields: "id") { id: ID! reviews: [Review] }
    type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
  billing: `${FEDERATION}
    type Product @key(fields: "upc") { upc: String! weight: Int @external price: Int @external
      inStock: Boolean shippingEstimate: Int @requires(fields: "price weight") }`,
};

export interface SmallUser {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly birthday: number;
}

export interface SmallProduct {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
}

export interface SmallReview {
  readonly id: string;
  readonly body: string;
  readonly userId: string;
  readonly upc: string;
}

const NAMES = ['Ana Ortiz', 'Ben Okoro', 'Cleo Wang', 'Dov Levi', 'Eva Lind', 'Finn Berg'];
export const USERS: readonly SmallUser[] = NAMES.map((name, index) => ({
  id: String(index + 1),
  name,
  username: name.toLowerCase().replace(' ', '.'),
  birthday: 1_234_567_890,
}));

const PRODUCT_ROWS: readonly [string, number, number][] = [
  ['Table', 899, 100],
  ['Couch', 1_299, 1_000],
  ['Glass', 15, 20],
  ['Chair', 499, 100],
  ['Television', 1_299, 1_000],
  ['Lamp', 6_999, 300],
  ['Grill', 3_999, 2_000],
  ['Fridge', 100_000, 6_000],
  ['Sofa', 9_999, 800],
];
export const PRODUCTS: readonly SmallProduct[] = PRODUCT_ROWS.map(([name, price, weight], index) => ({
  upc: String(index + 1),
  name,
  price,
  weight,
}));

/** Who reviewed what. */
const REVIEW_ROWS = ['1:1', '1:2', '2:3', '2:1', '3:1', '3:3', '4:4', '4:7', '5:8', '5:9', '1:5'];
export const REVIEWS: readonly SmallReview[] = REVIEW_ROWS.map((row, index) => {
  const [userId = '', upc = ''] = row.split(':');
  const id = String(index + 1);
  return { id, userId, upc, body: `Love it! Prefer something else. Could be better. ${id}` };
});

export interface SmallQuery {
  readonly query: string;
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export const SMALL_QUERIES: Readonly<Record<'classic' | 'light', SmallQuery>> = {
  classic: {
    operationName: 'TestQuery',
    variables: {},
    query: `
      fragment User on User { id username name }
      fragment Review on Review { id body }
      fragment Product on Product { inStock name price shippingEstimate upc weight }
      query TestQuery {
        users { ...User reviews { ...Review product { ...Product reviews { ...Review author {
          ...User reviews { ...Review product { ...Product } } } } } } }
        topProducts { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
      }`,
  },
  light: {
    operationName: 'Light',
    variables: { id: '1' },
    query:
      'query Light($id: ID!) { user(id: $id) { id name reviews { id body product { upc name price inStock } } } }',
  },
};
