/**
 * Writes what of the chart follows from the code: its schema of values, its list of variables, the users of NATS; and
 * the users of the Compose file's servers.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { usersAsChartValues, usersAsServerConfig } from '@switchboard/provisioner';
import { stringify } from 'yaml';
import { allProcesses } from '../../../scripts/processes.mjs';
import { chartParts } from './parts.ts';
import { envSchemaOf, valuesSchema } from './values-schema.ts';

const CHART = new URL('../../../helm/switchboard/', import.meta.url);
const NOTE = 'GENERATED — do not edit. From the code of the parts: npm run generate';

const parts = await chartParts();
const envSchemas = Object.fromEntries(
  (await allProcesses()).flatMap(({ name, shape }) => {
    const part = parts[name];
    return part ? [[valuesKeyOf(name), envSchemaOf(part, shape)]] : [];
  }),
);
const handWritten = JSON.parse(readFileSync(new URL('../values.base.json', import.meta.url), 'utf8'));
writeJson('values.schema.json', valuesSchema(envSchemas, handWritten));
writeJson('files/parts.generated.json', { note: NOTE, parts });
const users = stringify(usersAsChartValues('switchboard'), { lineWidth: 0 });
writeFileSync(
  new URL('examples/nats-users.values.yaml', CHART),
  `# ${NOTE}\n# For the NATS project's chart, beside values of your own: who may connect, and what each may do.\n${users}`,
);

writeFileSync(
  new URL('../../compose/users.generated.conf', import.meta.url),
  `# ${NOTE}\n${usersAsServerConfig()}`,
);

/** `supergraph-controller` is `supergraphController` in the values. */
function valuesKeyOf(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(new URL(path, CHART), `${JSON.stringify(value, null, 2)}\n`);
}
