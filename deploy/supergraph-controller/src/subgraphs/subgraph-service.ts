import type { V1EndpointSlice, V1Service } from '@kubernetes/client-node';
import { SERVICE_NAME_LABEL, SUBGRAPH_LABEL } from '../names.ts';

/** One pod that answers for a subgraph. */
export interface SubgraphEndpoint {
  /** Changes with the pod: an answer of one is never taken for another's. */
  readonly key: string;
  /** Base URL. */
  readonly url: string;
  /** Name of the pod, or its address. */
  readonly pod: string;
}

/** A Service that is labelled as a subgraph, with the pods that are ready. */
export interface SubgraphService {
  readonly name: string;
  readonly service: V1Service;
  readonly endpoints: readonly SubgraphEndpoint[];
}

/** @returns in the order of the subgraphs' names. */
export function subgraphServices(
  services: readonly V1Service[],
  slices: readonly V1EndpointSlice[],
): readonly SubgraphService[] {
  return services
    .flatMap((service) => {
      const name = service.metadata?.labels?.[SUBGRAPH_LABEL];
      if (!name) return [];
      const own = slices.filter(
        ({ metadata }) => metadata?.labels?.[SERVICE_NAME_LABEL] === service.metadata?.name,
      );
      return [{ name, service, endpoints: endpointsOf(own) }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An endpoint may stand in two slices while the cluster moves it. */
function endpointsOf(slices: readonly V1EndpointSlice[]): SubgraphEndpoint[] {
  const found = new Map<string, SubgraphEndpoint>();
  for (const { endpoints, ports, addressType } of slices) {
    const port = (ports?.find(({ name }) => name === 'http' || name === 'graphql') ?? ports?.[0])?.port;
    if (port === undefined) continue;
    for (const { addresses, conditions, targetRef } of endpoints ?? []) {
      const [address] = addresses;
      // Absent means unknown, which counts as ready (discovery.k8s.io/v1).
      if (address === undefined || conditions?.ready === false) continue;
      const host = addressType === 'IPv6' ? `[${address}]` : address;
      const key = `${targetRef?.uid ?? ''} ${host}:${port}`;
      found.set(key, { key, url: `http://${host}:${port}`, pod: targetRef?.name ?? `${host}:${port}` });
    }
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
