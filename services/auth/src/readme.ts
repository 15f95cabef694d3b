import { readFileSync, writeFileSync } from 'node:fs';
import { variablesTable } from '@switchboard/config';
import { authConfig } from './config.ts';
import { VENDOR_SHAPES, VENDORS } from './domain/vendors.ts';
import { PUBLISHED } from './events/published.ts';

/** Writes the parts of the README that follow from the code. */
export function writeReadme(file: URL): void {
  const parts: Readonly<Record<string, string>> = {
    vendors: vendorsTable(),
    events: PUBLISHED.map(({ typeName }) => `- \`${typeName}\``).join('\n'),
    configuration: variablesTable(authConfig),
  };
  let text = readFileSync(file, 'utf8');
  for (const [name, content] of Object.entries(parts)) {
    const [begin, end] = [`<!-- ${name}: generated -->\n`, '\n<!-- end -->'];
    const from = text.indexOf(begin) + begin.length;
    // The end may follow at once, when the part was never written.
    const to = text.indexOf(end, from - 1);
    text = text.slice(0, from) + content + text.slice(to);
  }
  writeFileSync(file, text);
}

function vendorsTable(): string {
  const rows = VENDORS.map((vendor) => {
    const { owner, fields } = VENDOR_SHAPES[vendor];
    const names = fields.map((field) => `\`${field.name}\`${field.secret ? ' (secret)' : ''}`);
    return `| ${vendor} | ${owner} | ${names.join(', ')} |`;
  });
  return ['| Vendor | Lent to | Values |', '|---|---|---|', ...rows].join('\n');
}
