import { describe, expect, it } from 'vitest';
import { feeOf, fromMinor, readPositiveMoney, toMinor } from './money.ts';

const issueOf = (value: string, currency: string): string | undefined => {
  try {
    readPositiveMoney({ currency_code: currency, value }, '/amount');
    return undefined;
  } catch (thrown) {
    return (thrown as { body: { details: { issue: string }[] } }).body.details[0]?.issue;
  }
};

describe('amounts', () => {
  it.each([
    ['10.99', 'USD', undefined],
    ['10', 'USD', undefined],
    ['500', 'JPY', undefined],
    ['500.00', 'JPY', 'DECIMALS_NOT_SUPPORTED'],
    ['10.999', 'USD', 'DECIMAL_PRECISION'],
    ['0.00', 'USD', 'CANNOT_BE_ZERO_OR_NEGATIVE'],
    ['-1', 'USD', 'CANNOT_BE_ZERO_OR_NEGATIVE'],
    ['ten', 'USD', 'INVALID_PARAMETER_SYNTAX'],
    ['10', 'XXX', 'INVALID_CURRENCY_CODE'],
  ])('%s %s: %s', (value, currency, issue) => {
    expect(issueOf(value, currency)).toBe(issue);
  });

  it('are whole numbers inside', () => {
    expect(toMinor({ currency_code: 'USD', value: '10.9' })).toBe(1_090);
    expect(toMinor({ currency_code: 'USD', value: '.5' })).toBe(50);
    expect(fromMinor(1_090, 'USD')).toEqual({ currency_code: 'USD', value: '10.90' });
    expect(fromMinor(500, 'JPY')).toEqual({ currency_code: 'JPY', value: '500' });
    expect(feeOf({ currency_code: 'USD', value: '100.00' }).value).toBe('3.98');
  });
});
