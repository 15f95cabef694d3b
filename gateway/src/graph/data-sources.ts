import type { GraphQLDataSource } from '@apollo/gateway';
import type { Logger } from '@switchboard/observability';
import { formatError } from '@switchboard/subgraph';
import { type GraphQLSchema, graphql } from 'graphql';
import { askInChunks } from './chunk-representations.ts';
import { placeErrors } from './error-places.ts';
import type { GatewayContext } from './request-context.ts';
import type { SubgraphAnswer } from './subgraph-answer.ts';
import type { SubgraphClient } from './subgraph-client.ts';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type ProcessResult = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** A service's subgraph, as Apollo Gateway's executor uses it. */
export function remoteDataSource(client: SubgraphClient): GraphQLDataSource {
  return {
    async process(options: ProcessOptions): Promise<ProcessResult> {
      const { query = '', variables, operationName } = options.request;
      const context = options.context as GatewayContext;
      const request = { query, variables, operationName };
      const answer = await askInChunks(request, (part) => client.ask(part, context));
      const document = 'document' in options ? options.document : undefined;
      return toResult(placeErrors(answer, request, document));
    },
  };
}

/** The gateway's own subgraph, executed in this process. */
export function ownDataSource(schema: GraphQLSchema, logger: Logger): GraphQLDataSource {
  return {
    async process({ request, context }: ProcessOptions): Promise<ProcessResult> {
      const result = await graphql({
        schema,
        source: request.query ?? '',
        variableValues: request.variables,
        operationName: request.operationName,
        contextValue: context,
      });
      // The executor knows errors as subgraphs send them: formatted, with their code.
      const errors = result.errors?.map((error) => formatError(error.toJSON(), error, logger));
      return toResult({ ...result, errors });
    },
  };
}

function toResult({ data, errors }: SubgraphAnswer): ProcessResult {
  return { ...(data !== undefined && { data }), ...(errors && { errors }) } as ProcessResult;
}
