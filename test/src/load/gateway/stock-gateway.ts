import { readFileSync } from 'node:fs';
import process from 'node:process';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

/** `node stock-gateway.js <supergraph> <port>`: Apollo's gateway as its documentation sets it up. */
const [supergraphFile = '', port] = process.argv.slice(2);

interface Context {
  readonly client?: string | undefined;
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(supergraphFile, 'utf8'),
  buildService: ({ url }) =>
    new RemoteGraphQLDataSource<Context>({
      ...(url && { url }),
      willSendRequest({ request, context }) {
        if (context.client) request.http?.headers.set('x-forwarded-for', context.client);
      },
    }),
});
const server = new ApolloServer<Context>({ gateway });
await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(port) },
  context: async ({ req }) => ({ client: String(req.headers['x-forwarded-for']) }),
});
process.on('SIGTERM', () => process.exit(0));
