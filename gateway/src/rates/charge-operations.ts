import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { AppError, FAILURES } from '@switchboard/errors';
import type { RequestIdentity } from '@switchboard/identity';
import { defineCounter } from '@switchboard/observability';
import { GraphQLError } from 'graphql';
import type { OperationCosts } from '../cost/operation-costs.ts';
import { type GatewayContext, unknownCaller } from '../graph/request-context.ts';
import { accountOf } from './account-of.ts';
import type { RateAccounts, RateState } from './rate-accounts.ts';

/** What every request costs at least: it was read and checked. */
const COST_MIN = 1;

const countRefused = defineCounter(
  'switchboard_gateway_refused_total',
  'Requests refused because they cost too much (cost) or their caller had no points left (rate).',
  ['reason'],
);

export interface Spending extends RateState {
  /** Of this request, in points. */
  readonly cost: number;
}

/** Makes callers pay for their operations before these run. */
export class OperationCharges {
  // By identity: Apollo Server gives its plugins a copy of the context.
  readonly #charged = new WeakMap<RequestIdentity, number>();

  /** @param costMax most points of one operation. */
  constructor(
    private readonly accounts: RateAccounts,
    private readonly costMax: number,
  ) {}

  /** What the request cost, and what its caller has left. */
  spendingOf(context: GatewayContext): Spending {
    return { cost: this.#charged.get(context.identity) ?? 0, ...this.accounts.stateOf(accountIn(context)) };
  }

  /** Once the answer is made: a request whose operation was never looked at costs the least there is. */
  settle(context: GatewayContext): Spending {
    if (!this.#charged.has(context.identity)) {
      this.accounts.charge(accountIn(context), COST_MIN);
      this.#charged.set(context.identity, COST_MIN);
    }
    return this.spendingOf(context);
  }

  /** @returns why a caller without any points left is not even told what else is wrong. */
  refusalOf(context: GatewayContext): AppError | undefined {
    const { policy } = this.accounts;
    const { remaining } = this.spendingOf(context);
    if (remaining > 0) return undefined;
    countRefused({ reason: 'rate' });
    return rateLimited(60_000 / policy.refillPerMinute);
  }

  /**
   * Somebody came without a good credential: that costs the address, so that nobody tries them without end.
   * @returns why the address, without any points left, is not even told so.
   */
  guessed(clientIp: string): AppError | undefined {
    const unknown = unknownCaller(clientIp);
    const refusal = this.refusalOf(unknown);
    this.settle(unknown);
    return refusal;
  }

  /**
   * Refuses operations that cost too much or that the caller has no points for, and shows the others their cost.
   * @param costs by the rules of the graph that runs the operations.
   */
  plugin(costs: OperationCosts): ApolloServerPlugin<GatewayContext> {
    const requested = new WeakMap<GatewayContext, number>();
    return {
      requestDidStart: async () => ({
        didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
          if (!operation) throw unknownOperation();
          const cost = Math.max(COST_MIN, costIn(costs, schema, document, operation, request.variables));
          requested.set(contextValue, cost);
          this.#take(contextValue, cost);
        },
        willSendResponse: async ({ response, contextValue }) => {
          const cost = requested.get(contextValue);
          if (cost === undefined || response.body.kind !== 'single') return;
          const result = response.body.singleResult;
          const { remaining } = this.spendingOf(contextValue);
          result.extensions = {
            ...result.extensions,
            cost: { requested: cost, maximum: this.costMax, remaining },
          };
        },
      }),
    };
  }

  #take(context: GatewayContext, cost: number): void {
    if (cost > this.costMax) {
      countRefused({ reason: 'cost' });
      throw refusal(
        new AppError('COST_EXCEEDED', `operation costs ${cost}`, {
          publicMessage: `This costs ${cost} points; one operation may cost ${this.costMax} at most.`,
          details: { requested: cost, maximum: this.costMax },
        }),
      );
    }
    const taking = this.accounts.take(accountIn(context), cost);
    if (taking.granted) {
      this.#charged.set(context.identity, cost);
      return;
    }
    // Refused for want of points: it costs none.
    this.#charged.set(context.identity, 0);
    countRefused({ reason: 'rate' });
    throw refusal(rateLimited(taking.retryAfterMs));
  }
}

function costIn(costs: OperationCosts, ...operation: Parameters<OperationCosts['of']>): number {
  try {
    return costs.of(...operation);
  } catch (thrown) {
    throw refusal(AppError.from(thrown));
  }
}

function rateLimited(retryAfterMs: number): AppError {
  return new AppError('RATE_LIMITED', 'no points left', {
    publicMessage: 'You have no points left for this. Wait, or ask for less.',
    retryAfterMs,
  });
}

function accountIn({ identity }: GatewayContext): string {
  return accountOf(identity.actor, identity.clientIp ?? '');
}

function unknownOperation(): GraphQLError {
  return new GraphQLError('The document holds several operations, or none of the name asked for.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
  });
}

/** A refusal of the whole request, with the HTTP status of its code. */
function refusal(failure: AppError): GraphQLError {
  const { retryAfterMs } = failure;
  const headers = new HeaderMap();
  if (retryAfterMs !== undefined) headers.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  return new GraphQLError(failure.message, {
    originalError: failure,
    extensions: { http: { status: FAILURES[failure.code].http, headers } },
  });
}
