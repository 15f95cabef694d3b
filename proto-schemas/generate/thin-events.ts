/**
 * The rule that events are thin: ids, states, amounts and times. An event is kept for days, copied to partners
 * and written into the audit trail, so what it does not carry cannot leak or outlive an erasure.
 */
import { type DescField, ScalarType } from '@bufbuild/protobuf';
import type { Contract } from './contracts.ts';

/** Words that name what belongs to a person or opens a door. */
const forbiddenWords = new Set([
  ...[
    'name',
    'names',
    'email',
    'emails',
    'mail',
    'address',
    'addresses',
    'phone',
    'phones',
    'ip',
    'url',
    'link',
  ],
  ...['subject', 'title', 'body', 'text', 'html', 'content', 'note', 'notes'],
  ...['token', 'tokens', 'secret', 'secrets', 'password', 'passwords'],
]);

/** Texts that are neither ids nor anybody's: each value is a word from a closed list. */
const allowedTexts = new Set([
  'code',
  'error_code',
  'currency',
  'provider',
  'vendor',
  'template',
  'scopes',
  'service',
  'time_zone',
  'tool',
]);

/** Names every field of an event that may carry more than an id, a state, an amount or a time, with the reason. */
export function findThickFields(contracts: readonly Contract[]): string[] {
  const events = contracts.filter(({ kind }) => kind === 'evt').flatMap(({ messages }) => messages);
  return events
    .flatMap((event) => event.fields)
    .flatMap((field) => {
      const fault = faultOf(field);
      return fault ? [`${field.parent.typeName}.${field.name} ${fault}`] : [];
    });
}

function faultOf(field: DescField): string | undefined {
  const word = field.name.split('_').find((part) => forbiddenWords.has(part));
  if (word) return `is named like personal data or a secret (${word})`;
  if (field.fieldKind === 'map') return 'is a map, which could carry anything';
  if (field.message && field.message.typeName !== 'google.protobuf.Timestamp') return 'is a whole message';
  if (field.scalar === ScalarType.BYTES) return 'is bytes, which could carry anything';
  if (field.scalar !== ScalarType.STRING) return undefined;
  return isId(field) || isHash(field) || allowedTexts.has(field.name) ? undefined : 'is free text';
}

function isId({ name }: DescField): boolean {
  return name.endsWith('_id');
}

/** Of something that is kept elsewhere, encrypted: of plain text it would let people guess. */
function isHash({ name }: DescField): boolean {
  return name.endsWith('_hash');
}
