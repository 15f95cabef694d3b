import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { composeSupergraph } from '@switchboard/composition/compose';

/** `npm run generate`: composes `services/<name>/schema.graphql` into `gateway/supergraph.graphql`. */
const services = new URL('../../../services/', import.meta.url);
const output = new URL('../../supergraph.graphql', import.meta.url);

const subgraphs = readdirSync(services)
  .sort()
  .map((name) => ({ name, file: new URL(`${name}/schema.graphql`, services) }))
  .filter(({ file }) => existsSync(file))
  .map(({ name, file }) => ({ name, sdl: readFileSync(file, 'utf8') }));

const composition = composeSupergraph(subgraphs);
if (composition.ok) {
  const header = '# GENERATED — do not edit. Composed from services/*/schema.graphql: npm run generate\n\n';
  writeFileSync(output, header + composition.supergraphSdl);
  console.log(`${fileURLToPath(output)}: ${subgraphs.map(({ name }) => name).join(', ')}`);
} else {
  for (const fault of composition.faults) console.error(`✗ ${fault}`);
  process.exitCode = 1;
}
