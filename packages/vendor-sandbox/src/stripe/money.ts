import { invalid } from './stripe-error.ts';

/** https://docs.stripe.com/currencies#zero-decimal */
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
/** https://docs.stripe.com/currencies#three-decimal: the last digit must be 0. */
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '));
/** Passed with two decimals, without fractions. https://docs.stripe.com/currencies#special-cases */
const WHOLE_ONLY = new Set('isk ugx'.split(' '));
const TWO_DECIMAL =
  'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah uyu uzs wst xcd yer zar zmw'.split(
    ' ',
  );
const CURRENCIES = new Set([...ZERO_DECIMAL, ...THREE_DECIMAL, ...WHOLE_ONLY, ...TWO_DECIMAL]);

/** Least amounts in the currency's smallest unit. https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const MINIMUM: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1_500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1_000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1_000,
};
const AMOUNT_MAX = 99_999_999;

/** Digits after the point, as Stripe counts them for this currency. */
export const decimalsOf = (currency: string): 0 | 2 | 3 =>
  ZERO_DECIMAL.has(currency) ? 0 : THREE_DECIMAL.has(currency) ? 3 : 2;

/** An amount in words: `$10.99`, `¥500`. */
export function inWords(amount: number, currency: string): string {
  const decimals = decimalsOf(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(amount / 10 ** decimals);
}

/** Lower-case code of a currency that Stripe takes. @throws StripeError */
export function checkCurrency(currency: string): string {
  const code = currency.toLowerCase();
  if (!CURRENCIES.has(code)) {
    throw invalid(
      `Invalid currency: ${currency}. Stripe currently supports these currencies: ${[...CURRENCIES].join(', ')}`,
      {
        param: 'currency',
      },
    );
  }
  return code;
}

/** Refuses amounts that cannot be charged in this currency. @throws StripeError */
export function checkAmount(amount: number, currency: string): void {
  if (amount < 1) {
    throw invalid('This value must be greater than or equal to 1.', {
      param: 'amount',
      code: 'parameter_invalid_integer',
    });
  }
  const minimum = MINIMUM[currency] ?? 1;
  if (amount < minimum) {
    throw invalid(`Amount must be at least ${inWords(minimum, currency)} ${currency}`, {
      param: 'amount',
      code: 'amount_too_small',
    });
  }
  if (amount > AMOUNT_MAX) {
    throw invalid(`Amount must be no more than ${inWords(AMOUNT_MAX, currency)}`, {
      param: 'amount',
      code: 'amount_too_large',
    });
  }
  if (THREE_DECIMAL.has(currency) && amount % 10 !== 0) {
    throw invalid(`Invalid amount: in ${currency} the last digit must be 0.`, {
      param: 'amount',
      code: 'parameter_invalid_integer',
    });
  }
  if (WHOLE_ONLY.has(currency) && amount % 100 !== 0) {
    throw invalid(`Invalid amount: in ${currency} the amount must be evenly divisible by 100.`, {
      param: 'amount',
      code: 'parameter_invalid_integer',
    });
  }
}
