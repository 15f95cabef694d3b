/** Each subgraph's SDL by name. */
export type SubgraphSdls = Readonly<Record<string, string>>;

/** A supergraph that was published. */
export interface SupergraphVersion {
  /** Counted from 1; never given out twice. */
  readonly version: number;
  readonly hash: string;
  readonly sdl: string;
}

/** What is published together. */
export interface NewVersion {
  readonly sdl: string;
  /** The parts it was composed from. */
  readonly subgraphs: SubgraphSdls;
}

/** How many versions are kept, the current one among them. */
export const VERSIONS_KEPT = 10;

/** Where supergraphs are published and gateways find them. One writer wins; the others are told. */
export interface SupergraphStore {
  /** What gateways run now. */
  current(): Promise<SupergraphVersion | undefined>;
  /** Versions that one can go back to, oldest first. */
  versions(): Promise<readonly number[]>;
  /**
   * Makes a version of it and makes that the current one.
   * @throws AppError CONFLICT when the current one is no longer the one last read here.
   */
  publish(next: NewVersion): Promise<SupergraphVersion>;
  /**
   * Makes an earlier version the current one.
   * @param version by default the one before the current one. @throws AppError NOT_FOUND for one that is not kept.
   */
  rollback(version?: number): Promise<SupergraphVersion>;
}
