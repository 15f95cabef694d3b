/** A Service with this label is a subgraph; the label's value is the subgraph's name. */
export const SUBGRAPH_LABEL = 'switchboard.dev/subgraph';

/** Kubernetes' own label on the EndpointSlices of a Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** Marks the ConfigMaps that hold one version each. */
export const VERSION_LABEL = 'switchboard.dev/supergraph-version';

/** Names of the objects that the controller writes, all beginning with `base`. */
export interface ObjectNames {
  /** The supergraph that gateways mount. */
  readonly current: string;
  /** Who leads. */
  readonly lease: string;
  /** What the controller last found out. */
  readonly status: string;
  /** One version, never changed. */
  version(version: number): string;
}

/** @param base such as `switchboard-supergraph`. */
export function objectNames(base: string): ObjectNames {
  return {
    current: base,
    lease: `${base}-controller`,
    status: `${base}-status`,
    version: (version) => `${base}-${version}`,
  };
}

/** Annotations of the current ConfigMap. */
export const ANNOTATIONS = {
  /** Number of the version that it holds; 0 or absent for one that was not published from here. */
  version: 'switchboard.dev/version',
  hash: 'switchboard.dev/hash',
  publishedAt: 'switchboard.dev/published-at',
  /** Highest number ever given out. */
  latest: 'switchboard.dev/latest-version',
  /** Versions that are kept, comma-separated. */
  kept: 'switchboard.dev/versions',
  /** Set by an operator: the version to go back to. */
  rollbackTo: 'switchboard.dev/rollback-to',
  /** What was rolled back: it is not published again until a subgraph changes. */
  held: 'switchboard.dev/held-hash',
  /** Set by an operator: hash of a supergraph that may break the operations named in the status. */
  acceptBreaking: 'switchboard.dev/accept-breaking',
} as const;
