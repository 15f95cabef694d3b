/** Fields and enums as Markdown. */
import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { commentOf } from './comments.ts';

/** A table of a message's fields: name in JSON, number, type, meaning. */
export function fieldTable(message: DescMessage): string {
  if (message.fields.length === 0) return 'No fields.\n';
  const rows = message.fields.map((field) => {
    const choice = field.oneof ? ` One of \`${field.oneof.name}\`.` : '';
    return `| \`${field.jsonName}\` | ${field.number} | ${typeOf(field)} | ${commentOf(field)}${choice} |\n`;
  });
  return `| Field | No. | Type | Meaning |\n|---|---|---|---|\n${rows.join('')}`;
}

/** An enum's values with their numbers and meaning. The zero value is left out: it is never sent. */
export function enumSection(desc: DescEnum): string {
  const rows = desc.values
    .filter(({ number }) => number !== 0)
    .map((value) => `| \`${value.name}\` | ${value.number} | ${commentOf(value)} |\n`);
  return `### ${desc.name}\n\n${commentOf(desc)}\n\n| Value | No. | Meaning |\n|---|---|---|\n${rows.join('')}`;
}

function typeOf(field: DescField): string {
  if (field.fieldKind === 'map') return 'map of string to string';
  const single = singleTypeOf(field);
  return field.fieldKind === 'list' ? `list of ${single}` : single;
}

function singleTypeOf(field: DescField): string {
  if (field.message?.typeName === 'google.protobuf.Timestamp') return 'time';
  const named = field.message ?? field.enum;
  if (named) return `[${named.name}](#${named.name.toLowerCase()})`;
  return field.scalar ? ScalarType[field.scalar].toLowerCase() : 'unknown';
}
