import type { ApiChange, BrokenOperation } from '@switchboard/composition/compose';

/** What one look at the cluster led to. */
export interface Outcome {
  /**
   * `current`: gateways have what the subgraphs say. `published`: they have it from now on. `waiting`: not all is known
   * yet. `refused`: the subgraphs say what must not be served. `held`: an operator went back to an earlier version.
   */
  readonly state: 'current' | 'published' | 'waiting' | 'refused' | 'held';
  /** Why, for an operator; empty for `current`. */
  readonly reasons: readonly string[];
  /** What gateways have. */
  readonly version?: number;
  readonly hash?: string;
  /** What the subgraphs would make. */
  readonly candidateHash?: string;
  /** What the candidate takes away or changes. */
  readonly changes?: readonly ApiChange[];
  /** Operations that clients send and that it would break. */
  readonly broken?: readonly BrokenOperation[];
}
