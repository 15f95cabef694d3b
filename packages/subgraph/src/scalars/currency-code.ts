import { defineTextScalar, sameText } from './define-scalar.ts';

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** A string. */
export const CurrencyCode = defineTextScalar<string>({
  name: 'CurrencyCode',
  description: 'A currency by its ISO 4217 code, such as `USD`.',
  specifiedByURL: 'https://www.iso.org/iso-4217-currency-codes.html',
  ...sameText((text) => /^[A-Z]{3}$/.test(text) && CURRENCIES.has(text)),
});
