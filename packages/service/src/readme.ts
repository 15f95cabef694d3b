import { readFileSync, writeFileSync } from 'node:fs';
import type { DescMessage } from '@bufbuild/protobuf';
import { variablesTable } from '@switchboard/config';
import type { Handler } from '@switchboard/messaging';
import { inventoryTable, onDataRequestDue } from '@switchboard/personal-data';
import type { ServiceDefinition } from './definition.ts';
import { wholeShape } from './host-config.ts';

/** What a README says of a service besides what its definition holds. */
export interface ServiceFacts {
  /** The events it states. */
  readonly published?: readonly DescMessage[];
  /** Its handlers; only their names and events are read. */
  readonly handlers?: readonly Handler[];
  /** Its vendors, in their order; a role is a member that is an object. */
  readonly providers?: readonly { readonly id: string }[];
  /** Parts of this service alone: Markdown by name. */
  readonly parts?: Readonly<Record<string, string>>;
}

/**
 * Writes the parts of a service's README that follow from its code: `events-out`, `events-in`, `providers` (where there
 * are any), `personal-data`, `configuration`, and the service's own. Each stands between `<!-- name: generated -->` and `<!-- end -->`;
 * what stands around them is written by hand and kept.
 * @throws Error when a part has no place in the README, or a place no part.
 */
export function writeServiceReadme<D extends Pick<ServiceDefinition, 'name' | 'config' | 'inventory'>>(
  { name, config, inventory }: D,
  { published = [], handlers = [], providers, parts }: ServiceFacts,
  file: URL,
): void {
  const text = readFileSync(file, 'utf8');
  const written = fillParts(text, {
    'events-out': listOf(published.map(({ typeName }) => `\`${typeName}\``)),
    'events-in': listOf([...handlers, onDataRequestDue(NOTHING_TO_DO)].map(handled)),
    ...(providers && { providers: providersTable(providers) }),
    'personal-data': inventoryTable(inventory),
    configuration: variablesTable(wholeShape(name, config)),
    ...parts,
  });
  if (written !== text) writeFileSync(file, written);
}

// Only the handler's name and event are read: nothing is ever answered.
const NOTHING_TO_DO = {} as Parameters<typeof onDataRequestDue>[0];

const PLACE = /<!-- ([\w-]+): generated -->\n([\s\S]*?)<!-- end -->/g;

/** Puts each part into its place. @throws Error when the two do not match. */
function fillParts(text: string, parts: Readonly<Record<string, string>>): string {
  const unplaced = new Set(Object.keys(parts));
  const written = text.replace(PLACE, (_place, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`README: nothing is generated for "${name}"`);
    unplaced.delete(name);
    return `<!-- ${name}: generated -->\n${part}\n<!-- end -->`;
  });
  if (unplaced.size > 0) throw new Error(`README: no place for ${[...unplaced].join(', ')}`);
  return written;
}

function handled({ name, event }: Handler): string {
  return event === 'every' ? `every event (\`${name}\`)` : `\`${event.typeName}\` (\`${name}\`)`;
}

function listOf(lines: readonly string[]): string {
  return lines.length === 0 ? 'None.' : lines.map((line) => `- ${line}`).join('\n');
}

function providersTable(providers: readonly { readonly id: string }[]): string {
  const rows = providers.map((provider) => {
    const roles = Object.entries(provider).filter(([, role]) => typeof role === 'object' && role !== null);
    return `| ${provider.id} | ${roles.map(([role]) => role).join(', ')} |`;
  });
  return ['| Vendor | Roles |', '|---|---|', ...rows].join('\n');
}
