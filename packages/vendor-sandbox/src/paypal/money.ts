import { malformed, missing, unprocessable } from './paypal-error.ts';

/** An amount as PayPal writes it. */
export interface Money {
  readonly currency_code: string;
  /** A decimal, as text. */
  readonly value: string;
}

/** https://developer.paypal.com/api/rest/reference/currency-codes/ */
const CURRENCIES = new Set(
  'AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD'.split(
    ' ',
  ),
);
/** The same page: "This currency does not support decimals." */
const WITHOUT_DECIMALS = new Set(['HUF', 'JPY', 'TWD']);
const VALUE_CHARACTERS_MAX = 32;

/** Digits after the point. */
export const decimalsOf = (currency: string): 0 | 2 => (WITHOUT_DECIMALS.has(currency) ? 0 : 2);

/** Reads an amount. @throws PaypalError for a shape, currency or precision that PayPal refuses */
export function readMoney(input: unknown, field: string): Money {
  if (typeof input !== 'object' || input === null) throw missing(field);
  const { currency_code: currency, value } = input as Record<string, unknown>;
  if (typeof currency !== 'string') throw missing(`${field}/currency_code`);
  if (typeof value !== 'string') throw missing(`${field}/value`);
  if (!/^(-?\d+|-?\d*\.\d+)$/.test(value) || value.length > VALUE_CHARACTERS_MAX) {
    throw malformed({
      field: `${field}/value`,
      value,
      location: 'body',
      issue: 'INVALID_PARAMETER_SYNTAX',
      description: 'The value of a field does not conform to the expected format.',
    });
  }
  if (!CURRENCIES.has(currency)) {
    throw unprocessable(
      'INVALID_CURRENCY_CODE',
      'Currency code is invalid or is not currently supported. Please refer https://developer.paypal.com/api/rest/reference/currency-codes/ for list of supported currency codes.',
      `${field}/currency_code`,
    );
  }
  const digits = value.split('.')[1]?.length ?? 0;
  if (digits > 0 && WITHOUT_DECIMALS.has(currency)) {
    throw unprocessable('DECIMALS_NOT_SUPPORTED', 'Currency does not support decimals.', `${field}/value`);
  }
  if (digits > 2) {
    throw unprocessable(
      'DECIMAL_PRECISION',
      'If the currency supports decimals, only two decimal place precision is supported.',
      `${field}/value`,
    );
  }
  return { currency_code: currency, value };
}

/** Reads an amount that must be above zero. */
export function readPositiveMoney(input: unknown, field: string): Money {
  const money = readMoney(input, field);
  if (toMinor(money) <= 0) {
    throw unprocessable(
      'CANNOT_BE_ZERO_OR_NEGATIVE',
      'Must be greater than zero. If the currency supports decimals, only two decimal place precision is supported.',
      `${field}/value`,
    );
  }
  return money;
}

/** The amount in the currency's smallest unit. */
export function toMinor({ currency_code, value }: Money): number {
  const decimals = decimalsOf(currency_code);
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d*)\.?(\d*)$/.exec(value) ?? [];
  return Number(`${sign}${whole || '0'}${fraction.padEnd(decimals, '0').slice(0, decimals)}`);
}

/** The amount as PayPal writes it, always with all decimals. */
export function fromMinor(minor: number, currency: string): Money {
  const decimals = decimalsOf(currency);
  return { currency_code: currency, value: (minor / 10 ** decimals).toFixed(decimals) };
}

/** 3.49 % and 49 cents. https://www.paypal.com/us/business/paypal-business-fees */
export function feeOf(money: Money): Money {
  const minor = toMinor(money);
  const fixed = decimalsOf(money.currency_code) === 0 ? 40 : 49;
  return fromMinor(Math.min(Math.round(minor * 0.0349) + fixed, minor), money.currency_code);
}
