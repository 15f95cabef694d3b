import type { Logger } from '@switchboard/observability';
import { formatError } from '@switchboard/subgraph';
import { type DocumentNode, execute, type GraphQLSchema, parse } from 'graphql';
import type { SubgraphSource } from '../execution/execution.ts';
import { OperationCache } from '../execution/operation-cache.ts';
import type { OwnContext } from './own-subgraph.ts';

const DOCUMENTS_MAX = 500;
const DOCUMENT_CHARACTERS_MAX = 1_000_000;

/** The gateway's own subgraph, executed in this process. */
export function ownSource(schema: GraphQLSchema, logger: Logger): SubgraphSource {
  const documents = new OperationCache<DocumentNode>(DOCUMENTS_MAX, DOCUMENT_CHARACTERS_MAX);
  const documentOf = (query: string): DocumentNode => {
    let document = documents.get(query);
    if (!document) {
      document = parse(query, { noLocation: true });
      documents.set(query, document, query.length);
    }
    return document;
  };
  return {
    async ask({ query, variables, operationName }, gateway, { nodes } = {}) {
      // Not validated: it comes from the planner, which made it of a valid operation.
      const { data, errors } = await execute({
        schema,
        document: documentOf(query),
        variableValues: variables ?? {},
        operationName: operationName ?? null,
        contextValue: { gateway, nodes } satisfies OwnContext,
      });
      return {
        data,
        // As subgraphs send them: formatted, with their code.
        ...(errors && { errors: errors.map((error) => formatError(error.toJSON(), error, logger)) }),
      };
    },
  };
}
