import type { ApolloServer } from '@apollo/server';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { withTrace } from '@switchboard/observability';
import type { GatewayContext } from '../graph/request-context.ts';
import { newTraceparent, traceOf } from '../http/graphql-route.ts';
import type { CurrentGraph } from '../reload/current-graph.ts';
import type { Caller } from './caller.ts';
import type { NodeQuery, PlannedSubscription } from './plan-subscription.ts';
import type { StreamedEvent } from './streamed-event.ts';
import { Turnstile } from './turnstile.ts';

/** An answer of the graph. */
export interface GraphAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors?: readonly unknown[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Fetches what a client selected of the node that an event names. */
export type FetchNode = (request: {
  readonly event: StreamedEvent;
  readonly nodeId: string;
  readonly plan: PlannedSubscription;
  readonly query: NodeQuery;
  readonly caller: Caller;
  /** How often it was asked for before, in vain. */
  readonly attempt: number;
}) => Promise<GraphAnswer>;

/** Fetches at a time, so that one event with many subscribers leaves room for requests. */
const FETCHES_MAX = 64;

/**
 * Runs the queries of subscriptions as if the subscriber had sent them by POST: same access rules, limits and masking.
 * Subscribers with the same rights and the same question about the same event share one answer.
 */
export function fetchThroughGraph(graphs: CurrentGraph): FetchNode {
  const turnstile = new Turnstile(FETCHES_MAX);
  return ({ event, nodeId, plan, query, caller, attempt }) => {
    const variables = { ...query.variables, [query.idVariable]: nodeId };
    const { actor, clientIp } = caller;
    const key = JSON.stringify([query.text, variables, actor, attempt]);
    return event.share(key, () =>
      turnstile.pass(() =>
        // The graph of now: a subscription outlives the one it was begun with.
        graphs.use(({ apollo }) =>
          ask(apollo, { query: query.text, variables, operation: plan.field, actor, clientIp }),
        ),
      ),
    );
  };
}

async function ask(
  apollo: ApolloServer<GatewayContext>,
  request: {
    readonly query: string;
    readonly variables: Record<string, unknown>;
    readonly operation: string;
    readonly actor: WorkspaceActor;
    readonly clientIp: string;
  },
): Promise<GraphAnswer> {
  const { query, variables, operation, actor, clientIp } = request;
  const requestId = newId('req');
  const identity = { actor, requestId, correlationId: requestId, operation, clientIp };
  return withTrace(traceOf(requestId, actor, operation), async () => {
    const { body } = await apollo.executeOperation(
      { query, variables },
      { contextValue: { identity, traceparent: newTraceparent() } },
    );
    if (body.kind !== 'single') throw new Error('A subscription is answered in one piece');
    return body.singleResult;
  });
}
