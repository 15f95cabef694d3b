import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal, minorDigits, parseDecimal, rescale } from './money.ts';

const amounts = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
const digits = fc.integer({ min: 0, max: 3 });

describe('decimals', () => {
  it('come back as they went, for every amount', () => {
    fc.assert(
      fc.property(amounts, digits, (amount, count) => {
        expect(parseDecimal(formatDecimal(amount, count), count)).toBe(amount);
      }),
    );
  });

  it('have exactly the digits of the unit', () => {
    expect(formatDecimal(5n, 2)).toBe('0.05');
    expect(formatDecimal(-1_099n, 2)).toBe('-10.99');
    expect(formatDecimal(500n, 0)).toBe('500');
  });

  it.each(['', '.', '1.', '1e3', '0x10', '1,00', ' 1', '1.2.3', 'NaN'])('are not made of %j', (text) => {
    expect(parseDecimal(text, 2)).toBe(text === '1.' ? 100n : undefined);
  });

  it('lose no digit', () => {
    expect(parseDecimal('10.999', 2)).toBeUndefined();
    expect(parseDecimal('10.990', 2)).toBe(1_099n);
  });
});

describe('rescale', () => {
  it('goes there and back without loss, or not at all', () => {
    fc.assert(
      fc.property(amounts, digits, digits, (amount, from, to) => {
        const there = rescale(amount, from, to);
        if (there === undefined) expect(from).toBeGreaterThan(to);
        else expect(rescale(there, to, from)).toBe(amount);
      }),
    );
  });
});

it('knows ISO 4217’s digits', () => {
  expect(['USD', 'HUF', 'TWD', 'MGA', 'JPY', 'ISK', 'UGX', 'KWD', 'TND'].map(minorDigits)).toEqual([
    2, 2, 2, 2, 0, 0, 0, 3, 3,
  ]);
});
