import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { MockGraph } from './mock-graph.ts';

const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@provides", "@shareable"])';

export const RICH_SERVICES = [
  {
    name: 'accounts',
    sdl: `${FEDERATION}
      type Query { me: User! users: [User] everybody: [Party!]! matrix: [[User]!] }
      type Mutation { userRename(name: String!): User userForget: Boolean! }
      interface Party { id: ID! name: String }
      type User implements Party @key(fields: "id") { id: ID! name: String born: Int! friends: [User!] best: User! }
      type Team implements Party @key(fields: "id") { id: ID! name: String members: [User!]! }`,
  },
  {
    name: 'products',
    sdl: `${FEDERATION}
      type Query { topProducts(first: Int = 3): [Product] }
      type Mutation { productRename(name: String!): Product! }
      type Product @key(fields: "upc") { upc: String! name: String price: Int size: Size maker: User }
      type Size { weight: Int unit: Unit! }
      enum Unit { KG LB }
      type User @key(fields: "id", resolvable: false) { id: ID! }`,
  },
  {
    name: 'inventory',
    sdl: `${FEDERATION}
      type Product @key(fields: "upc") { upc: String! price: Int @external size: Size @external inStock: Boolean!
        shipping: Int @requires(fields: "price size { weight }") }
      type Size { weight: Int @external }`,
  },
  {
    name: 'reviews',
    sdl: `${FEDERATION}
      union Subject = Product | User | Team
      type Query { recent: [Review!]! search(text: String!): [Subject!] }
      type Review @key(fields: "id") { id: ID! stars: Float body: String! author: User product: Product! about: Subject }
      type User @key(fields: "id") { id: ID! reviews(first: Int): [Review] }
      type Team @key(fields: "id") { id: ID! reviews: [Review!]! }
      type Product @key(fields: "upc") { upc: String! reviews: [Review!] }`,
  },
];

/** A graph with what the real one does without: requirements, unions, lists of lists, several owners of lists. */
export async function richGraph(): Promise<MockGraph> {
  return MockGraph.load(composed(RICH_SERVICES), RICH_SERVICES);
}

/** The supergraph of some subgraphs. */
export function composed(services: readonly { readonly name: string; readonly sdl: string }[]): string {
  const composition = composeServices(
    services.map(({ name, sdl }) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) })),
  );
  if (composition.errors) throw new Error(composition.errors.join('\n'));
  return composition.supergraphSdl;
}
