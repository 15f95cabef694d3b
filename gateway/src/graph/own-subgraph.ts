import { buildSubgraphSchema } from '@apollo/subgraph';
import { ownSdl } from '@switchboard/composition';
import { requireWorkspaceActor } from '@switchboard/identity';
import { type GraphQLSchema, parse } from 'graphql';
import type { Spending } from '../rates/charge-operations.ts';
import type { Tool, Toolbox } from '../tools/toolbox.ts';
import { canonicalAddress } from './contact-address.ts';
import type { NodeFinder } from './find-nodes.ts';
import type { GatewayContext } from './request-context.ts';
import type { NodeType } from './supergraph.ts';

/**
 * The executable form of the gateway's own subgraph.
 * @param toolbox asked for when the graph is loaded, which needs this first.
 */
export function ownSubgraph(
  nodeTypes: readonly NodeType[],
  nodes: NodeFinder,
  toolbox: () => Toolbox,
  spendingOf: (context: GatewayContext) => Spending,
): GraphQLSchema {
  return buildSubgraphSchema({
    typeDefs: parse(ownSdl(nodeTypes)),
    resolvers: {
      Query: {
        async node(_root, { id }: { id: string }, context) {
          const [found] = await nodes.find([id], signedIn(context));
          return found ?? null;
        },
        nodes: async (_root, { ids }: { ids: string[] }, context) => nodes.find(ids, signedIn(context)),
        rateLimit: (_root, _args, context) => {
          const { resetMs, ...spending } = spendingOf(context as GatewayContext);
          return { ...spending, resetAt: new Date(Date.now() + resetMs).toISOString() };
        },
        contactPoint: (_root, { address }: { address: string }) => canonicalAddress(address),
        tools: (_root, _none, context) => toolbox().for(signedIn(context).identity.actor).map(toToolType),
      },
      ContactPoint: {
        __resolveReference: ({ address }: { address: string }) => canonicalAddress(address),
      },
    },
  });
}

function toToolType({ name, kind, description, scopes, inputSchema }: Tool) {
  const isMutation = kind === 'mutation';
  return { name, isMutation, description, scopes, inputSchema: JSON.stringify(inputSchema) };
}

/** Nodes belong to workspaces. @throws AppError UNAUTHENTICATED for a caller without one. */
function signedIn(context: unknown): GatewayContext {
  const known = context as GatewayContext;
  requireWorkspaceActor(known.identity.actor);
  return known;
}
