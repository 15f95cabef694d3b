import type { SubgraphAnswer } from './subgraph-answer.ts';

/** A node as its id tells it. */
export interface NodeStub {
  readonly __typename: string;
  readonly id: string;
}

/** What an operation asks owners about nodes that it names by id. */
export interface NodeQuestions {
  /**
   * Asks it now, instead of first asking whether the nodes exist: one answer tells both.
   * @param key under which the field stands in the answer. @param stubs of one type, each once.
   * @returns an answer as of `_entities(representations)`; undefined where the operation asks this owner nothing of them.
   */
  ask(key: string, owner: string, stubs: readonly NodeStub[]): Promise<SubgraphAnswer> | undefined;
}
