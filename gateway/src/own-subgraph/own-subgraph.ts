import { buildSubgraphSchema } from '@apollo/subgraph';
import { ownSdl } from '@switchboard/composition';
import { requireWorkspaceActor } from '@switchboard/identity';
import { type GraphQLResolveInfo, type GraphQLSchema, parse } from 'graphql';
import type { NodeQuestions } from '../graph/node-questions.ts';
import type { GatewayContext } from '../graph/request-context.ts';
import type { NodeType } from '../graph/supergraph.ts';
import type { Spending } from '../rates/charge-operations.ts';
import type { Tool, Toolbox } from '../tools/toolbox.ts';
import { canonicalAddress } from './contact-address.ts';
import type { AskOwner, FoundNode, NodeFinder } from './find-nodes.ts';

/** What the own subgraph's resolvers know of the request. */
export interface OwnContext {
  readonly gateway: GatewayContext;
  /** Absent where Apollo's executor runs the plan. */
  readonly nodes: NodeQuestions | undefined;
}

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
  const find = async (
    ids: readonly string[],
    context: unknown,
    { key }: GraphQLResolveInfo['path'],
  ): Promise<FoundNode[]> => {
    const { nodes: questions } = context as OwnContext;
    const askOwner: AskOwner | undefined =
      questions && ((owner, stubs) => questions.ask(String(key), owner, stubs));
    return nodes.find(ids, signedIn(context), askOwner);
  };
  return buildSubgraphSchema({
    typeDefs: parse(ownSdl(nodeTypes)),
    resolvers: {
      Query: {
        async node(_root, { id }: { id: string }, context, { path }) {
          const [found] = await find([id], context, path);
          return found ?? null;
        },
        nodes: (_root, { ids }: { ids: string[] }, context, { path }) => find(ids, context, path),
        rateLimit: (_root, _args, context) => {
          const { resetMs, ...spending } = spendingOf((context as OwnContext).gateway);
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
  const { gateway } = context as OwnContext;
  requireWorkspaceActor(gateway.identity.actor);
  return gateway;
}
