import type { ApolloServerPlugin } from '@apollo/server';
import { FAILURES } from '@switchboard/errors';
import type { Logger } from '@switchboard/observability';
import type { GatewayContext } from '../graph/request-context.ts';

/**
 * When a subgraph gives null for a field that cannot be null, or a value of another shape, Apollo Gateway
 * drops the value and tells so in an extension. For a client that is an error like any other.
 */
export function reportValueCompletion(logger: Logger): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, contextValue }) {
          if (response.body.kind !== 'single') return;
          const result = response.body.singleResult;
          const { valueCompletion, ...extensions } = result.extensions ?? {};
          if (!Array.isArray(valueCompletion)) return;
          logger.warn({ faults: valueCompletion.map(String) }, 'subgraph answered with another shape');
          const faults = valueCompletion.map((fault: { path?: (string | number)[] }) => ({
            message: 'Internal server error',
            ...(fault.path && { path: fault.path }),
            extensions: {
              code: FAILURES.INTERNAL.graphql,
              requestId: contextValue.identity.requestId,
            },
          }));
          result.errors = [...(result.errors ?? []), ...faults];
          if (Object.keys(extensions).length > 0) result.extensions = extensions;
          else delete result.extensions;
        },
      };
    },
  };
}
