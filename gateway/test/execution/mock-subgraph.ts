import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, type GraphQLSchema, parse } from 'graphql';
import type { SubgraphSource } from '../../src/execution/execution.ts';
import { UNAVAILABLE_ANSWER } from '../../src/graph/subgraph-answer.ts';
import type { MockData, MockObject } from './mock-data.ts';

/** One question that a mock was asked. */
export interface AskedQuestion {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** A subgraph of the given schema over made-up data. */
export class MockSubgraph implements SubgraphSource {
  readonly #schema: GraphQLSchema;
  readonly #documents = new Map<string, DocumentNode>();
  asked: AskedQuestion[] = [];

  constructor(
    readonly name: string,
    typeDefs: DocumentNode,
    private readonly data: MockData,
  ) {
    const references = Object.fromEntries(
      [...data.keys.keys()]
        .filter((type) => typeDefs.definitions.some((node) => 'name' in node && node.name?.value === type))
        .map((type) => [
          type,
          { __resolveReference: async (reference: MockObject) => data.referenced(type, reference, name) },
        ]),
    );
    this.#schema = buildSubgraphSchema({ typeDefs, resolvers: references });
  }

  async ask({ query, variables, operationName }: Parameters<SubgraphSource['ask']>[0]) {
    this.asked.push({ subgraph: this.name, query, variables });
    const { slow, dead } = this.data.weather;
    if (slow.has(this.name)) await new Promise((resolve) => setImmediate(resolve));
    if (dead.has(this.name)) return UNAVAILABLE_ANSWER;
    let document = this.#documents.get(query);
    if (!document) {
      document = parse(query);
      this.#documents.set(query, document);
    }
    const result = await execute({
      schema: this.#schema,
      document,
      variableValues: JSON.parse(JSON.stringify(variables ?? {})),
      operationName: operationName ?? null,
      fieldResolver: this.data.resolveFieldOf(this.name),
      typeResolver: this.data.resolveType,
    });
    return JSON.parse(JSON.stringify(result));
  }
}
