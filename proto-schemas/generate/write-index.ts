/** Writes the modules that list the package's public names, one per message, enum and service. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Contract, packageFolder } from './contracts.ts';

const header = '// GENERATED — do not edit. Written by `npm run generate` from the proto files.\n\n';

/** Writes, below `src/gen`, `index.ts`, `events.ts` and one module per contract, such as `evt/auth.ts`. */
export function writeIndex(contracts: readonly Contract[]): void {
  refuseDoubleNames(contracts);
  for (const contract of contracts) {
    write(`${contract.kind}/${contract.owner}.ts`, exportsOf(contract, '..').join('\n'));
  }
  write('events.ts', eventList(contracts));
  const everything = contracts.flatMap((contract) => exportsOf(contract, '.'));
  write('index.ts', [...everything, "export { eventSchemas } from './events.ts';"].join('\n'));
}

function exportsOf(contract: Contract, toGen: string): string[] {
  return contract.files.flatMap((file) => {
    const from = `from '${toGen}/${file.name}_pb.ts';`;
    return [
      ...file.services.map(({ name }) => `export { ${name} } ${from}`),
      ...file.messages.map(({ name }) => `export { type ${name}, ${name}Schema } ${from}`),
      ...file.enums.map(({ name }) => `export { ${name}, ${name}Schema } ${from}`),
    ];
  });
}

function eventList(contracts: readonly Contract[]): string {
  const events = contracts.filter(({ kind }) => kind === 'evt');
  const imports = events.flatMap(({ files }) =>
    files
      .filter(({ messages }) => messages.length > 0)
      .map((file) => {
        const names = file.messages.map(({ name }) => `  ${name}Schema,\n`).join('');
        return `import {\n${names}} from './${file.name}_pb.ts';`;
      }),
  );
  const names = events.flatMap(({ messages }) => messages.map(({ name }) => `  ${name}Schema,`));
  return [
    "import type { DescMessage } from '@bufbuild/protobuf';",
    ...imports,
    '',
    '/** Every event there is, for those who follow all of them; `typeName` is the `ce-type` header. */',
    'export const eventSchemas: readonly DescMessage[] = [',
    ...names,
    '];',
  ].join('\n');
}

/** Names are exported side by side from one index, where a second one would silently hide the first. */
function refuseDoubleNames(contracts: readonly Contract[]): void {
  const owners = new Map<string, string>();
  for (const { messages, enums, services } of contracts) {
    for (const { name, typeName } of [...messages, ...enums, ...services]) {
      const other = owners.get(name);
      if (other) throw new Error(`${typeName} and ${other} have the same name; rename one of them.`);
      owners.set(name, typeName);
    }
  }
}

function write(path: string, body: string): void {
  const target = join(packageFolder, 'src/gen', path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${header}${body}\n`);
}
