import type { ApolloServer } from '@apollo/server';
import type { Logger } from '@switchboard/observability';
import {
  type Admission,
  createAdmission,
  type OperationLimits,
  refuseSubscriptions,
} from '@switchboard/subgraph';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { readAccessRules } from '../access/access-rules.ts';
import { apolloForGateway } from '../apollo/apollo.ts';
import { limitMutations } from '../apollo/mutation-rules.ts';
import { readCacheRules } from '../cache/cache-rules.ts';
import { cachingSource } from '../cache/caching-source.ts';
import type { EntityCache } from '../cache/entity-cache.ts';
import { readCostRules } from '../cost/cost-rules.ts';
import { OperationCosts } from '../cost/operation-costs.ts';
import { publicSdl } from '../graph/public-sdl.ts';
import type { GatewayContext } from '../graph/request-context.ts';
import { type NodeStream, readStreams } from '../graph/streams.ts';
import type { SubgraphClient } from '../graph/subgraph-client.ts';
import type { SubgraphClients } from '../graph/subgraph-clients.ts';
import { readSupergraph } from '../graph/supergraph.ts';
import type { OperationsSeen } from '../operations-seen/operations-seen.ts';
import { NodeFinder } from '../own-subgraph/find-nodes.ts';
import { ownSubgraph } from '../own-subgraph/own-subgraph.ts';
import type { PersistedOperations } from '../persisted/persisted-operations.ts';
import { digestOf } from '../persisted/registered-operations.ts';
import type { OperationCharges } from '../rates/charge-operations.ts';
import type { EndDelivery } from '../tool-audit/deliver-ends.ts';
import type { ToolAudit } from '../tool-audit/tool-audit.ts';
import { ToolRecorder } from '../tool-audit/tool-recorder.ts';
import { Toolbox } from '../tools/toolbox.ts';

/** Everything that is made of one supergraph, and is replaced with it. */
export interface LoadedGraph {
  /** SHA-256 of the supergraph, in hex. */
  readonly digest: string;
  readonly schema: GraphQLSchema;
  /** The schema as clients may see it. */
  readonly publicSdl: string;
  readonly apollo: ApolloServer<GatewayContext>;
  readonly toolbox: Toolbox;
  readonly subgraphs: readonly SubgraphClient[];
  /** Checks what comes by POST or GET. */
  readonly admit: Admission;
  readonly subscriptions: SubscriptionGraph;
}

/** The part that subscriptions are begun with. */
export interface SubscriptionGraph {
  readonly schema: GraphQLSchema;
  readonly streams: ReadonlyMap<string, NodeStream>;
  readonly admit: Admission;
  /** Documents that were found valid for the schema, by their text. */
  readonly documents: Map<string, DocumentNode>;
}

/** What graphs have in common and share. */
export interface GraphSurroundings {
  readonly clients: SubgraphClients;
  readonly entities: EntityCache;
  readonly charges: OperationCharges;
  readonly persisted: PersistedOperations;
  readonly limits: OperationLimits;
  /** Where calls of tools are recorded, and what tells it how they ended. */
  readonly toolAudit: ToolAudit;
  readonly toolEnds: EndDelivery;
  readonly operationsSeen: OperationsSeen;
  readonly logger: Logger;
}

/**
 * Makes a graph ready to serve. No subgraph has to be up.
 * @throws Error that says what is wrong with the supergraph.
 */
export async function loadGraph(sdl: string, around: GraphSurroundings): Promise<LoadedGraph> {
  const { charges, persisted, limits, logger } = around;
  const supergraph = readSupergraph(sdl);
  const rules = readAccessRules(supergraph.document);
  const clients = around.clients.of(supergraph.subgraphs);
  const ownSchema = ownSubgraph(
    supergraph.nodeTypes,
    new NodeFinder(supergraph.nodeTypes, clients),
    () => toolbox,
    (context) => charges.spendingOf(context),
  );
  const cacheRules = readCacheRules(supergraph);
  const sources = new Map(
    [...clients].map(([name, client]) => [
      name,
      cacheRules.size === 0 ? client : cachingSource(name, client, cacheRules, around.entities),
    ]),
  );
  const { server: apollo, gateway } = apolloForGateway({
    supergraph,
    rules,
    ownSchema,
    sources,
    limits,
    charges: charges.plugin(new OperationCosts(readCostRules(supergraph.document))),
    persisted,
    toolRecorder: new ToolRecorder({
      toolbox: () => toolbox,
      audit: around.toolAudit,
      ends: around.toolEnds,
      logger,
    }),
    operationsSeen: around.operationsSeen,
    logger,
  });
  await apollo.start();
  const { schema } = gateway;
  if (!schema) throw new Error('The supergraph did not load');
  const toolbox = new Toolbox(supergraph.document, schema, rules);
  return {
    digest: digestOf(sdl),
    schema,
    publicSdl: publicSdl(schema, supergraph.document),
    apollo,
    toolbox,
    subgraphs: [...clients.values()],
    admit: createAdmission(schema, limits, [limitMutations, refuseSubscriptions]),
    subscriptions: {
      schema,
      streams: readStreams(supergraph),
      admit: createAdmission(schema, limits),
      documents: new Map(),
    },
  };
}
