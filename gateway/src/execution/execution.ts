import type { GraphQLError } from 'graphql';
import type { GatewayContext } from '../graph/request-context.ts';
import type { SubgraphAnswer } from '../graph/subgraph-answer.ts';
import type { AskOptions, SubgraphRequest } from '../graph/subgraph-client.ts';
import type { JsonObject } from './json-object.ts';
import type { SharedEntities } from './shared-entities.ts';

/** A place in an answer: keys, and indices of lists. */
export type Place = readonly (string | number)[];

export type VariableValues = Readonly<Record<string, unknown>>;

/** Whoever answers for one subgraph. Never throws: failures of the way there are part of the answer. */
export interface SubgraphSource {
  ask(request: SubgraphRequest, context: GatewayContext, options?: AskOptions): Promise<SubgraphAnswer>;
}

/** One operation of one client on its way through its plan. */
export interface Execution {
  readonly context: GatewayContext;
  readonly sources: ReadonlyMap<string, SubgraphSource>;
  /** As the client sent them: subgraphs coerce their own. */
  readonly sentVariables: VariableValues;
  /** Coerced, with defaults. */
  readonly variables: VariableValues;
  /** False for mutations, whose later reads must see what the mutation did. */
  readonly isShareable: boolean;
  /** What was asked about entities so far. */
  readonly entities: SharedEntities;
  /** What the subgraphs answered so far, merged. Equal entities may be one object in several places. */
  readonly data: JsonObject;
  readonly errors: GraphQLError[];
}

/** A part of a plan, ready to run. It never throws on account of a subgraph. */
export type Step = (execution: Execution) => Promise<void>;
