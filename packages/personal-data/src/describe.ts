import type { Erasure, Inventory, Share } from './inventory.ts';

/** An inventory as a Markdown table: what a copy holds and what an erasure does, for each table. */
export function inventoryTable(inventory: Inventory): string {
  const rows = inventory.map(({ table, workspace, person }) => {
    const ofPerson = person.map((share) => `${shareText(share)} where \`${inCell(share.rows)}\``);
    return `| \`${table}\` | ${shareText(workspace)} | ${ofPerson.join('; ') || 'nothing'} |`;
  });
  return ['| Table | Of a workspace | Of a person |', '|---|---|---|', ...rows].join('\n');
}

/** On one line, and without ending the cell. */
function inCell(sql: string): string {
  return sql.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}

function shareText({ copy, erasure }: Share): string {
  const copied = copy === undefined ? 'not copied' : `copied to ${copyText(copy)}`;
  return `${copied}, ${erasureText(erasure)}`;
}

function copyText(copy: NonNullable<Share['copy']>): string {
  return 'file' in copy ? `\`${copy.file}.jsonl\`` : 'files';
}

function erasureText(erasure: Erasure): string {
  if (erasure === 'delete') return 'deleted';
  if ('keep' in erasure) return `kept: ${erasure.keep}`;
  return `cleared: ${Object.keys(erasure.set).join(', ')}`;
}
