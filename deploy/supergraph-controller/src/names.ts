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
