import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import type { Logger } from '@switchboard/observability';
import { GraphQLError } from 'graphql';
import type { Subgraph } from '../schema/build-subgraph.ts';
import { checkOperation } from '../schema/check-operation.ts';
import type { SubgraphContext } from '../schema/subgraph-context.ts';
import { formatError } from './format-error.ts';
import type { OperationLimits } from './operation-limits.ts';
import { quietApollo, quietPlugins } from './quiet-apollo.ts';

/** Apollo Server with everything off that talks to somebody or shows a page. */
export function apolloForSubgraph(
  subgraph: Subgraph,
  limits: OperationLimits,
  logger: Logger,
): ApolloServer<SubgraphContext> {
  return new ApolloServer<SubgraphContext>({
    ...quietApollo(limits, logger),
    schema: subgraph.schema,
    formatError: (formatted, error) => formatError(formatted, error, logger),
    plugins: [...quietPlugins(), textDiscipline(subgraph)],
  });
}

/** Refuses an operation whose texts break their rules, before any resolver runs. */
export function textDiscipline(subgraph: Subgraph): ApolloServerPlugin<SubgraphContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, request }) {
          const [fault] = checkOperation(
            subgraph.schema,
            document,
            request.variables ?? {},
            subgraph.textRules,
          );
          if (!fault) return;
          throw new GraphQLError(fault.message, {
            extensions: { code: 'BAD_USER_INPUT', argument: fault.argument, http: { status: 400 } },
          });
        },
      };
    },
  };
}
