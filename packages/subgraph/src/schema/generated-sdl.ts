import { writeFileSync } from 'node:fs';
import type { Subgraph } from './build-subgraph.ts';

/** The subgraph's SDL as it is committed. */
export function printGeneratedSdl(subgraph: Subgraph): string {
  return `# GENERATED — do not edit. Subgraph "${subgraph.name}", from its resolver classes: npm run generate\n\n${subgraph.sdl}`;
}

/** Writes `schema.graphql`. For a service's `generate` script. */
export function writeGeneratedSdl(subgraph: Subgraph, file: string | URL): void {
  writeFileSync(file, printGeneratedSdl(subgraph));
}
