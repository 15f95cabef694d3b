import { createServer } from 'node:http';
import process from 'node:process';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, parse } from 'graphql';
import {
  PRODUCTS,
  REVIEWS,
  SMALL_SDL,
  type SmallProduct,
  type SmallReview,
  type SmallSubgraph,
  USERS,
} from './small-graph.ts';

/** `node small-subgraph.js <name> <port> [compute]`: one small subgraph as a process. It believes everybody. */
const [name, port, mode] = process.argv.slice(2) as [SmallSubgraph, string, string?];

type Reference = { readonly id: string; readonly upc: string };
const userOf = ({ id }: Reference) => USERS.find((user) => user.id === id);
const productOf = ({ upc }: Reference) => PRODUCTS.find((product) => product.upc === upc);

const resolvers = {
  auth: {
    Query: {
      me: () => USERS[0],
      users: () => USERS,
      user: (_root: unknown, user: Reference) => userOf(user),
    },
    User: { __resolveReference: userOf },
  },
  mail: {
    Query: { topProducts: (_root: unknown, { first }: { first: number }) => PRODUCTS.slice(0, first) },
    Product: { __resolveReference: productOf },
  },
  telephony: {
    Review: {
      author: ({ userId }: SmallReview) => ({ id: userId }),
      product: ({ upc }: SmallReview) => ({ upc }),
    },
    User: { reviews: ({ id }: Reference) => REVIEWS.filter(({ userId }) => userId === id) },
    Product: { reviews: (product: Reference) => REVIEWS.filter(({ upc }) => upc === product.upc) },
  },
  billing: {
    Product: {
      inStock: ({ upc }: Reference) => Number(upc) % 2 === 1,
      shippingEstimate: ({ price, weight }: SmallProduct) => (price > 1_000 ? 0 : Math.round(weight * 0.5)),
    },
  },
};

const schema = buildSubgraphSchema({ typeDefs: parse(SMALL_SDL[name]), resolvers: resolvers[name] });
/** By what was asked: its data never change, and the gateways are to be measured, not graphql-js. */
const answers = new Map<string, string>();
const documents = new Map<string, DocumentNode>();

async function answer(body: string): Promise<string> {
  const known = answers.get(body);
  if (known !== undefined) return known;
  const { query, variables } = JSON.parse(body);
  const document = documents.get(query) ?? parse(query, { noLocation: true });
  documents.set(query, document);
  const text = JSON.stringify(await execute({ schema, document, variableValues: variables }));
  if (mode !== 'compute') answers.set(body, text);
  return text;
}

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  if (request.method === 'GET') return void response.end('{"status":"ready"}');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    answer(Buffer.concat(chunks).toString()).then(
      (text) => response.setHeader('content-type', 'application/json').end(text),
      () => response.writeHead(500).end(),
    );
  });
});
server.listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
