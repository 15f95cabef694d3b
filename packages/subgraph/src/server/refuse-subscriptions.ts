import { GraphQLError, type ValidationRule } from 'graphql';

/** Plain requests have one answer: subscriptions are run by the gateway, over a stream. */
export const refuseSubscriptions: ValidationRule = (context) => ({
  OperationDefinition({ operation }) {
    if (operation !== 'subscription') return;
    context.reportError(
      new GraphQLError('Subscriptions are served over graphql-transport-ws, or as text/event-stream.'),
    );
  },
});
