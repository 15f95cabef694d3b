import type { ApolloServerPlugin } from '@apollo/server';
import { defineTiming, type Logger } from '@switchboard/observability';
import type { GatewayContext } from '../graph/request-context.ts';

const operations = defineTiming(
  'switchboard_operation_duration_seconds',
  'How long operations of clients took, by their first root field.',
  ['operation', 'kind'],
);

/**
 * Counts and logs every operation that reached execution or was refused by the schema: name and hash, never its
 * variables. What has no valid document has no name either, so that strangers cannot make series.
 */
export function reportOperations(logger: Logger): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      const begin = performance.now();
      return {
        async willSendResponse({ response, contextValue, operation, queryHash }) {
          const seconds = (performance.now() - begin) / 1_000;
          const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
          const codes = errors.map(({ extensions }) => String(extensions?.code ?? 'INTERNAL_SERVER_ERROR'));
          const name = operation ? (contextValue.identity.operation ?? 'none') : 'none';
          operations.note(
            { operation: name, kind: operation?.operation ?? 'none' },
            codes[0] ?? 'ok',
            seconds,
          );
          const ms = Math.round(seconds * 1_000);
          logger.info({ operationHash: queryHash, ms, ...(codes.length > 0 && { codes }) }, 'operation');
        },
      };
    },
  };
}
