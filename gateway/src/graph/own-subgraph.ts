import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import { canonicalAddress } from './contact-address.ts';
import type { NodeFinder } from './find-nodes.ts';
import { ownSdl } from './own-sdl.ts';
import type { GatewayContext } from './request-context.ts';
import type { NodeType } from './supergraph.ts';

/** The executable form of the gateway's own subgraph. */
export function ownSubgraph(nodeTypes: readonly NodeType[], nodes: NodeFinder): GraphQLSchema {
  return buildSubgraphSchema({
    typeDefs: parse(ownSdl(nodeTypes)),
    resolvers: {
      Query: {
        async node(_root, { id }: { id: string }, context) {
          const [found] = await nodes.find([id], context as GatewayContext);
          return found ?? null;
        },
        nodes: (_root, { ids }: { ids: string[] }, context) => nodes.find(ids, context as GatewayContext),
        contactPoint: (_root, { address }: { address: string }) => canonicalAddress(address),
      },
      ContactPoint: {
        __resolveReference: ({ address }: { address: string }) => canonicalAddress(address),
      },
    },
  });
}
