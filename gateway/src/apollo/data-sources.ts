import type { GraphQLDataSource } from '@apollo/gateway';
import type { SubgraphSource } from '../execution/execution.ts';
import { askInChunks } from '../graph/chunk-representations.ts';
import { placeErrors } from '../graph/error-places.ts';
import type { GatewayContext } from '../graph/request-context.ts';
import type { SubgraphAnswer } from '../graph/subgraph-answer.ts';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type ProcessResult = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** A subgraph as Apollo Gateway's executor uses it, for what ours does not know. */
export function dataSource(source: SubgraphSource): GraphQLDataSource {
  return {
    async process(options: ProcessOptions): Promise<ProcessResult> {
      const { query = '', variables, operationName } = options.request;
      const context = options.context as GatewayContext;
      const request = { query, variables, operationName };
      const answer = await askInChunks(request, (part) => source.ask(part, context));
      const document = 'document' in options ? options.document : undefined;
      return toResult(placeErrors(answer, request, document));
    },
  };
}

function toResult({ data, errors }: SubgraphAnswer): ProcessResult {
  return { ...(data !== undefined && { data }), ...(errors && { errors }) } as ProcessResult;
}
