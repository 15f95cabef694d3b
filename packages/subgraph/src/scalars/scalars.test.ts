import type { GraphQLScalarType } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  BigIntScalar,
  CurrencyCode,
  DateTime,
  EmailAddress,
  PhoneNumber,
  TimeZone,
  UrlScalar,
} from '../index.ts';

const table: [GraphQLScalarType<unknown, string>, string[], string[]][] = [
  [
    DateTime,
    ['2026-11-20T09:30:00Z', '2026-11-20T09:30:00.123+02:00', '2024-02-29T00:00:00Z'],
    [
      '2026-02-30T00:00:00Z',
      '2026-11-20',
      '2026-11-20T09:30:00',
      '2026-13-01T00:00:00Z',
      '2026-11-20T24:00:00Z',
    ],
  ],
  [
    BigIntScalar,
    ['0', '-1', '9223372036854775807', '-9223372036854775808'],
    ['9223372036854775808', '01', '1.5', '1e3', '', '+1'],
  ],
  [
    EmailAddress,
    ['ana@example.com', "o'neil+x@mail.example.co"],
    [
      'ana',
      'ana@localhost',
      'a@b.c\r\nBcc: x@y.z',
      'Ana <ana@example.com>',
      'a..b@example.com',
      `${'x'.repeat(65)}@example.com`,
    ],
  ],
  [
    PhoneNumber,
    ['+14155550123', '+33612345678'],
    ['14155550123', '+1415555012', '+0123456789', '+1 415 555 0123'],
  ],
  [CurrencyCode, ['USD', 'JPY'], ['usd', 'XQZ', 'US']],
  [TimeZone, ['Europe/Paris', 'UTC'], ['+01:00', 'Europe/Atlantis', '']],
  [
    UrlScalar,
    ['https://example.com/a?b=c', 'http://localhost:4000'],
    ['javascript:alert(1)', 'https://user:secret@example.com', 'example.com', 'https://exa mple.com'],
  ],
];

describe('scalars', () => {
  it.each(table)('%s takes its own and refuses the rest', (scalar, good, bad) => {
    for (const text of good) expect(() => scalar.parseValue(text), text).not.toThrow();
    for (const text of bad)
      expect(() => scalar.parseValue(text), text).toThrow(`Not a valid ${scalar.name}.`);
    expect(() => scalar.parseValue(12)).toThrow();
  });

  it('give out what they took in', () => {
    expect(DateTime.serialize(DateTime.parseValue('2026-11-20T09:30:00+02:00'))).toBe(
      '2026-11-20T07:30:00.000Z',
    );
    expect(BigIntScalar.serialize(BigIntScalar.parseValue('129900'))).toBe('129900');
    expect(() => DateTime.serialize(new Date(Number.NaN))).toThrow('not a DateTime');
  });
});
