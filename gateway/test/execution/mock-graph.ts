import { ApolloGateway } from '@apollo/gateway';
import { createLogger } from '@switchboard/observability';
import {
  type DocumentNode,
  execute,
  type GraphQLFormattedError,
  type GraphQLSchema,
  Kind,
  parse,
} from 'graphql';
import { dataSource } from '../../src/apollo/data-sources.ts';
import { executePlansHere } from '../../src/execution/plan-executor.ts';
import type { GatewayContext } from '../../src/graph/request-context.ts';
import { entityKeys, MockData, type Weather } from './mock-data.ts';
import { type AskedQuestion, MockSubgraph } from './mock-subgraph.ts';
import { hashOf } from './random.ts';
import type { RandomOperation } from './random-operation.ts';

type Executor = ApolloGateway['executor'];
type Request = Parameters<Executor>[0];

/** One executor's answer, as JSON, and what it asked for it. */
export interface Answered {
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly GraphQLFormattedError[];
  /** Values that the answer must not have, with their places. */
  readonly faults: readonly GraphQLFormattedError[];
  readonly asked: readonly AskedQuestion[];
}

export const CALLER: GatewayContext = {
  identity: { actor: { kind: 'anonymous' }, requestId: 'req_1', correlationId: 'req_1' },
  traceparent: '00-1-1-01',
};

/** A graph over mock subgraphs that both executors can run: ours, and Apollo's. */
export class MockGraph {
  readonly #stock: Executor;
  #leftToStock = 0;

  private constructor(
    private readonly gateway: ApolloGateway,
    private readonly mockData: MockData,
    readonly subgraphs: ReadonlyMap<string, MockSubgraph>,
  ) {
    this.#stock = gateway.executor;
    const counted: Executor = (request) => {
      this.#leftToStock += 1;
      return this.#stock(request);
    };
    gateway.executor = counted;
  }

  static async load(
    supergraphSdl: string,
    services: readonly { readonly name: string; readonly sdl: string }[],
  ): Promise<MockGraph> {
    process.env.APOLLO_TELEMETRY_DISABLED = 'true';
    const logger = createLogger('test', { level: 'silent' });
    const parsed = services.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl) }));
    const data = new MockData(entityKeys(parsed.map(({ typeDefs }) => typeDefs)));
    const subgraphs = new Map(
      parsed.map(({ name, typeDefs }) => [name, new MockSubgraph(name, typeDefs, data)]),
    );
    const gateway = new ApolloGateway({
      supergraphSdl,
      logger,
      buildService({ name }) {
        const subgraph = subgraphs.get(name);
        if (!subgraph) throw new Error(`No mock of ${name}`);
        return dataSource(subgraph);
      },
    });
    const graph = new MockGraph(gateway, data, subgraphs);
    executePlansHere(gateway, subgraphs, logger);
    await gateway.load();
    return graph;
  }

  get schema(): GraphQLSchema {
    const { schema } = this.gateway;
    if (!schema) throw new Error('The graph is not loaded');
    return schema;
  }

  /** How many operations our executor left to Apollo's. */
  get leftToStock(): number {
    return this.#leftToStock;
  }

  set weather(weather: Weather) {
    this.mockData.weather = weather;
  }

  ours(operation: RandomOperation): Promise<Answered> {
    return this.#run(this.gateway.executor, operation);
  }

  stock(operation: RandomOperation): Promise<Answered> {
    return this.#run(this.#stock, operation);
  }

  /** What one server that had all the data itself would answer: graphql-js over the clients' schema. */
  async whole({ query, variables }: RandomOperation): Promise<Pick<Answered, 'data' | 'errors'>> {
    const result = await execute({
      schema: this.schema,
      document: parse(query),
      variableValues: variables,
      fieldResolver: this.mockData.resolveField,
      typeResolver: this.mockData.resolveType,
    });
    const { data, errors = [] } = JSON.parse(JSON.stringify(result));
    return { data, errors };
  }

  async #run(executor: Executor, { query, variables }: RandomOperation): Promise<Answered> {
    const subgraphs = [...this.subgraphs.values()];
    for (const subgraph of subgraphs) subgraph.asked = [];
    const result = await executor(requestOf(query, variables));
    const { data, errors = [], extensions } = JSON.parse(JSON.stringify(result));
    return {
      data,
      errors,
      faults: extensions?.valueCompletion ?? [],
      asked: subgraphs.flatMap(({ asked }) => asked),
    };
  }
}

/** What Apollo Server hands to an executor. */
export function requestOf(query: string, variables: Record<string, unknown>): Request {
  const document: DocumentNode = parse(query);
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return {
    request: { query, variables },
    document,
    operation,
    operationName: null,
    source: query,
    queryHash: String(hashOf(query)),
    context: CALLER,
    metrics: {},
    logger: createLogger('test', { level: 'silent' }),
  } as unknown as Request;
}
