import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import type { Logger } from '@switchboard/observability';
import { type OperationLimits, quietApollo, quietPlugins } from '@switchboard/subgraph';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { AccessRules } from '../access/access-rules.ts';
import { guardExecutor } from '../access/guard-executor.ts';
import { BoundedCache } from '../cache/bounded-cache.ts';
import type { SubgraphSource } from '../execution/execution.ts';
import { executePlansHere } from '../execution/plan-executor.ts';
import type { GatewayContext } from '../graph/request-context.ts';
import { type LoadedSupergraph, OWN_SUBGRAPH } from '../graph/supergraph.ts';
import type { OperationsSeen } from '../operations-seen/operations-seen.ts';
import { ownSource } from '../own-subgraph/own-source.ts';
import type { PersistedOperations } from '../persisted/persisted-operations.ts';
import type { ToolRecorder } from '../tool-audit/tool-recorder.ts';
import { dataSource } from './data-sources.ts';
import { formatError } from './format-error.ts';
import { legacyStatus } from './legacy-status.ts';
import { reportOperations } from './report-operations.ts';
import { reportValueCompletion } from './value-completion.ts';

/** How far one operation may branch once its fragments are expanded. */
const SELECTIONS_MAX = 5_000;
const PLAN_CACHE_MIB = 30;
/** Some hundred operations as they were parsed, which is what a house of clients uses. */
const DOCUMENT_STORE_BYTES = 10 * 1_024 * 1_024;
/** A syntax tree takes about so many bytes for each character of its text. */
const TREE_BYTES_PER_CHARACTER = 100;

export interface GraphParts {
  readonly supergraph: LoadedSupergraph;
  readonly rules: AccessRules;
  readonly ownSchema: GraphQLSchema;
  /** Other services' subgraphs. */
  readonly sources: ReadonlyMap<string, SubgraphSource>;
  readonly limits: OperationLimits;
  /** Makes callers pay for what they run. */
  readonly charges: ApolloServerPlugin<GatewayContext>;
  readonly persisted: PersistedOperations;
  /** Records calls of tools. */
  readonly toolRecorder: ToolRecorder;
  readonly operationsSeen: OperationsSeen;
  readonly logger: Logger;
}

/** Apollo Server over Apollo Gateway, with our data sources and everything off that talks to others. */
export function apolloForGateway(parts: GraphParts): {
  readonly server: ApolloServer<GatewayContext>;
  readonly gateway: ApolloGateway;
} {
  const { supergraph, rules, ownSchema, limits, charges, persisted, toolRecorder, logger } = parts;
  // Read by the gateway's constructor, which would otherwise report to its vendor.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const sources = new Map([...parts.sources, [OWN_SUBGRAPH, ownSource(ownSchema, logger)]]);
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph.executableSdl,
    logger,
    __exposeQueryPlanExperimental: false,
    experimental_approximateQueryPlanStoreMiB: PLAN_CACHE_MIB,
    buildService({ name }) {
      const source = sources.get(name);
      if (!source) throw new Error(`The supergraph names the subgraph "${name}", which has no URL`);
      return dataSource(source);
    },
  });
  executePlansHere(gateway, sources, logger);
  gateway.executor = toolRecorder.executor(guardExecutor(gateway.executor, rules));
  const server = new ApolloServer<GatewayContext>({
    ...quietApollo(limits, logger),
    gateway,
    persistedQueries: { cache: persisted.cache, ttl: null },
    documentStore: new BoundedCache<DocumentNode>(DOCUMENT_STORE_BYTES, documentBytes),
    maxRecursiveSelections: SELECTIONS_MAX,
    formatError: (formatted, error) => formatError(formatted, error, logger),
    plugins: [
      ...quietPlugins(),
      reportValueCompletion(logger),
      legacyStatus(),
      charges,
      toolRecorder.plugin(),
      reportOperations(logger),
      parts.operationsSeen.plugin(),
    ],
  });
  return { server, gateway };
}

function documentBytes(key: string, document: DocumentNode): number {
  return 2 * key.length + TREE_BYTES_PER_CHARACTER * (document.loc?.end ?? 0) + 2_000;
}
