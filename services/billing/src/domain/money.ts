/** An amount of money: a whole number of the currency's smallest unit by ISO 4217, never a float. */
export interface Money {
  readonly amountMinor: bigint;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

// ISO 4217, list one, column "Minor unit": everything else has two digits.
const NO_DIGITS = new Set('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '));
const THREE_DIGITS = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));

/** How many digits stand after the point in this currency (ISO 4217): 2 for USD, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  if (NO_DIGITS.has(currency)) return 0;
  return THREE_DIGITS.has(currency) ? 3 : 2;
}

/**
 * The same amount counted in units of another size.
 * @param from digits after the point of the unit it is counted in. @param to those of the wanted unit.
 * @returns `undefined` when it is no whole number of the wanted unit.
 */
export function rescale(amount: bigint, from: number, to: number): bigint | undefined {
  if (to >= from) return amount * 10n ** BigInt(to - from);
  const divisor = 10n ** BigInt(from - to);
  return amount % divisor === 0n ? amount / divisor : undefined;
}

/** A decimal as text: `formatDecimal(1099n, 2)` is `10.99`, `formatDecimal(500n, 0)` is `500`. */
export function formatDecimal(amount: bigint, digits: number): string {
  const sign = amount < 0n ? '-' : '';
  const text = String(amount < 0n ? -amount : amount).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/**
 * A decimal's units: `parseDecimal('10.9', 2)` is `1090n`.
 * @returns `undefined` for what is no decimal, or has more digits than there are units for.
 */
export function parseDecimal(text: string, digits: number): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(digits))) return undefined;
  const units = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return sign === '-' ? -units : units;
}
