import { writeServiceReadme } from '@switchboard/service';
import { writeGeneratedSdl } from '@switchboard/subgraph';
import { VENDOR_SHAPES, VENDORS } from './domain/vendors.ts';
import { PUBLISHED } from './events/published.ts';
import { RESOLVER_CLASSES } from './graphql/resolver-classes.ts';
import { authSubgraph, type Lookups } from './graphql/subgraph.ts';
import { auth } from './service.ts';

// Only the schema is wanted: nothing is ever looked up.
writeGeneratedSdl(
  authSubgraph(RESOLVER_CLASSES, {} as Lookups),
  new URL('../schema.graphql', import.meta.url),
);
writeServiceReadme(
  auth,
  { published: PUBLISHED, parts: { vendors: vendorsTable() } },
  new URL('../README.md', import.meta.url),
);

/** Which service is lent each vendor's credential, and what it holds, as a Markdown table. */
function vendorsTable(): string {
  const rows = VENDORS.map((vendor) => {
    const { owners, fields } = VENDOR_SHAPES[vendor];
    const names = fields.map((field) => `\`${field.name}\`${field.secret ? ' (secret)' : ''}`);
    return `| ${vendor} | ${owners.join(', ')} | ${names.join(', ') || 'by consent'} |`;
  });
  return ['| Vendor | Lent to | Values |', '|---|---|---|', ...rows].join('\n');
}
