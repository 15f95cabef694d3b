import { defineTextScalar } from './define-scalar.ts';

// RFC 3339 section 5.6, with an upper-case T and an offset that is not optional.
const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

function parse(text: string): Date | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  // The engine turns 30 February into 2 March; the calendar decides here.
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate())
    return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A `Date`; on the wire RFC 3339, given out in UTC. */
export const DateTime = defineTextScalar<Date>({
  name: 'DateTime',
  description:
    'A moment, RFC 3339 with an offset; always given out in UTC, such as `2026-11-20T09:30:00.000Z`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  parse,
  serialize: (value) => {
    const date = typeof value === 'string' ? parse(value) : value;
    return date instanceof Date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined;
  },
});
