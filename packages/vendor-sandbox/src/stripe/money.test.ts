import { describe, expect, it } from 'vitest';
import { checkAmount, checkCurrency, inWords } from './money.ts';

const refusal = (amount: number, currency: string): string | undefined => {
  try {
    checkAmount(amount, currency);
    return undefined;
  } catch (thrown) {
    return (thrown as { fields: { code?: string } }).fields.code;
  }
};

describe('checkAmount', () => {
  it.each([
    [50, 'usd', undefined],
    [49, 'usd', 'amount_too_small'],
    [0, 'usd', 'parameter_invalid_integer'],
    [100_000_000, 'usd', 'amount_too_large'],
    [50, 'jpy', undefined],
    [49, 'jpy', 'amount_too_small'],
    [5_120, 'kwd', undefined],
    [5_124, 'kwd', 'parameter_invalid_integer'],
    [500, 'isk', undefined],
    [501, 'isk', 'parameter_invalid_integer'],
  ])('%i %s: %s', (amount, currency, code) => {
    expect(refusal(amount, currency)).toBe(code);
  });

  it('knows which currencies have no decimals', () => {
    expect(inWords(500, 'jpy')).toBe('¥500');
    expect(inWords(1_099, 'usd')).toBe('$10.99');
    expect(checkCurrency('EUR')).toBe('eur');
    expect(() => checkCurrency('zzz')).toThrow('Invalid currency');
  });
});
