import { operationFromDocument } from '@apollo/federation-internals';
import type { ApolloGateway } from '@apollo/gateway';
import type { QueryPlanner } from '@apollo/query-planner';
import type { Logger } from '@switchboard/observability';
import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from '../graph/request-context.ts';
import { compilePlan } from './compile-plan.ts';
import type { Execution, Step, SubgraphSource } from './execution.ts';
import { OperationCache } from './operation-cache.ts';
import { compileProjection, type Project } from './projection.ts';
import { serialDocuments } from './serial-documents.ts';
import { SharedEntities } from './shared-entities.ts';
import { UnsupportedPlan } from './unsupported-plan.ts';

type Executor = ApolloGateway['executor'];
type Request = Parameters<Executor>[0];

const OPERATIONS_MAX = 1_000;
/** Characters of sources and sub-operations; what is made of them takes some ten times as many bytes. */
const OPERATION_CHARACTERS_MAX = 4_000_000;

/** An operation, ready to run. */
interface CompiledOperation {
  readonly operation: OperationDefinitionNode;
  readonly run: Step;
  readonly project: Project;
}

/** One supergraph's part of the executor; a reload begins a new one. */
interface Graph {
  readonly schema: GraphQLSchema;
  readonly planner: QueryPlanner;
  readonly operations: OperationCache<CompiledOperation | 'unsupported'>;
}

/**
 * Makes the gateway run its plans here: compiled once per operation, equal entities asked for once.
 * ApolloGateway goes on to load, reload and plan, and to run what this executor does not know.
 * @param sources by the names the supergraph gives its subgraphs.
 */
export function executePlansHere(
  gateway: ApolloGateway,
  sources: ReadonlyMap<string, SubgraphSource>,
  logger: Logger,
): void {
  const stock = gateway.executor;
  let graph: Graph | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    const { queryPlanner } = gateway.__testing();
    graph = queryPlanner && {
      schema: apiSchema,
      planner: queryPlanner,
      operations: new OperationCache(OPERATIONS_MAX, OPERATION_CHARACTERS_MAX),
    };
  });
  gateway.executor = async (request) => {
    const compiled = graph && compiledOperation(graph, request, logger);
    if (!graph || !compiled) return stock(request);
    const { operation, run, project } = compiled;
    const sentVariables = request.request.variables ?? {};
    const values = getVariableValues(graph.schema, operation.variableDefinitions ?? [], sentVariables);
    // Apollo's executor says what is wrong with them.
    if (!values.coerced) return stock(request);
    const execution: Execution = {
      context: request.context as GatewayContext,
      sources,
      sentVariables,
      variables: values.coerced,
      isShareable: operation.operation === 'query',
      entities: new SharedEntities(),
      data: {},
      errors: [],
    };
    await run(execution);
    const { errors } = execution;
    const { data, faults } = project(execution.data, execution.variables);
    if (errors.length > 0) return { data, errors };
    return { data, ...(faults.length > 0 && { extensions: { valueCompletion: faults } }) };
  };
}

function compiledOperation(graph: Graph, request: Request, logger: Logger): CompiledOperation | undefined {
  const { queryHash, source } = request;
  const key = `${queryHash} ${request.request.operationName ?? ''}`;
  const known = graph.operations.get(key);
  if (known) return known === 'unsupported' ? undefined : known;
  try {
    const { compiled, weight } = compileOperation(graph, request);
    graph.operations.set(key, compiled, source.length + weight);
    return compiled;
  } catch (thrown) {
    // Whatever else is wrong with the operation, Apollo's executor meets it too, and tells the client.
    if (thrown instanceof UnsupportedPlan) {
      logger.debug({ reason: thrown.message }, "operation left to Apollo's executor");
      graph.operations.set(key, 'unsupported', 0);
    }
    return undefined;
  }
}

function compileOperation(
  graph: Graph,
  { document, operation, request }: Request,
): { readonly compiled: CompiledOperation; readonly weight: number } {
  const project = compileProjection(graph.schema, document, operation);
  const plans = serialDocuments(document, operation).map((part) =>
    graph.planner.buildQueryPlan(
      operationFromDocument(graph.planner.supergraph.apiSchema(), part, {
        ...(request.operationName && { operationName: request.operationName }),
      }),
    ),
  );
  const steps = plans.flatMap((plan) => compilePlan(plan, graph.planner.supergraph.schema) ?? []);
  const run: Step = async (execution) => {
    for (const step of steps) await step(execution);
  };
  const weight = plans.reduce((sum, plan) => sum + JSON.stringify(plan).length, 0);
  return { compiled: { operation, run, project }, weight };
}
