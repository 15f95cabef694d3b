import { defineTextScalar } from './define-scalar.ts';

const DIGITS = /^-?(?:0|[1-9]\d{0,18})$/;

function parse(text: string): bigint | undefined {
  if (!DIGITS.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** A `bigint` of 64 bits; on the wire a string, because JSON numbers lose digits. */
export const BigIntScalar = defineTextScalar<bigint>({
  name: 'BigInt',
  description: 'A signed 64-bit integer as a string of decimal digits, such as `"129900"`.',
  parse,
  serialize: (value) => {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value.toString();
    return typeof value === 'string' ? parse(value)?.toString() : undefined;
  },
});
