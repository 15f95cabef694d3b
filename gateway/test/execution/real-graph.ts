import { readFileSync } from 'node:fs';
import { ownSdl } from '@switchboard/composition';
import { SERVICES } from '../../src/config.ts';
import { OWN_SUBGRAPH, readSupergraph } from '../../src/graph/supergraph.ts';
import { MockGraph } from './mock-graph.ts';

const repository = new URL('../../../', import.meta.url);

/** The composed supergraph of this repository over mocks of its services. */
export function realGraph(): Promise<MockGraph> {
  const read = (path: string) => readFileSync(new URL(path, repository), 'utf8');
  const { executableSdl, nodeTypes } = readSupergraph(read('gateway/supergraph.graphql'));
  const services = SERVICES.map((name) => ({ name, sdl: read(`services/${name}/schema.graphql`) }));
  return MockGraph.load(executableSdl, [{ name: OWN_SUBGRAPH, sdl: ownSdl(nodeTypes) }, ...services]);
}
