import type { Money } from './money.ts';
import type { PaymentProviderName } from './payment.ts';

/**
 * The accounts of a workspace, one set per currency. Debits are positive, credits negative.
 * - `receivable:…`: what the vendor holds for the workspace.
 * - `revenue`: what customers paid. - `refunds`: what was given back. - `fees`: what the vendor kept.
 */
export type LedgerAccount = 'receivable:stripe' | 'receivable:paypal' | 'revenue' | 'refunds' | 'fees';

export type LedgerKind = 'PAYMENT' | 'FEE' | 'REFUND' | 'REFUND_REVERSAL';

/** One line: an account and what it is debited (positive) or credited (negative). */
export interface LedgerLine {
  readonly account: LedgerAccount;
  readonly amount: Money;
}

/** What is written together, or not at all. */
export interface LedgerPosting {
  readonly kind: LedgerKind;
  /** What it is written for; the same cause is written once. */
  readonly cause: string;
  readonly lines: readonly LedgerLine[];
}

/** The lines' sum per currency. */
export function sumsOf(lines: readonly LedgerLine[]): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { amount } of lines) {
    sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + amount.amountMinor);
  }
  return sums;
}

/** @throws Error when the lines do not sum to zero in each currency: a defect, never the caller's mistake. */
export function requireBalanced(lines: readonly LedgerLine[]): void {
  for (const [currency, sum] of sumsOf(lines)) {
    if (sum !== 0n) throw new Error(`ledger lines in ${currency} sum to ${sum}, not to zero`);
  }
}

/** The customer's money, now with the vendor. */
export function paymentPosting(
  paymentId: string,
  provider: PaymentProviderName,
  taken: Money,
): LedgerPosting {
  return posting('PAYMENT', paymentId, receivableOf(provider), 'revenue', taken);
}

/** The vendor's fee, kept from what it holds; in the currency the vendor states. */
export function feePosting(paymentId: string, provider: PaymentProviderName, fee: Money): LedgerPosting {
  return posting('FEE', paymentId, 'fees', receivableOf(provider), fee);
}

/** Money given back, from what the vendor holds. */
export function refundPosting(refundId: string, provider: PaymentProviderName, given: Money): LedgerPosting {
  return posting('REFUND', refundId, 'refunds', receivableOf(provider), given);
}

/** A refund that had succeeded came back from the customer's bank. */
export function refundReversalPosting(
  refundId: string,
  provider: PaymentProviderName,
  given: Money,
): LedgerPosting {
  return posting('REFUND_REVERSAL', refundId, receivableOf(provider), 'refunds', given);
}

function posting(
  kind: LedgerKind,
  causeId: string,
  debit: LedgerAccount,
  credit: LedgerAccount,
  { amountMinor, currency }: Money,
): LedgerPosting {
  const lines = [
    { account: debit, amount: { amountMinor, currency } },
    { account: credit, amount: { amountMinor: -amountMinor, currency } },
  ];
  return { kind, cause: `${kind}:${causeId}`, lines };
}

function receivableOf(provider: PaymentProviderName): LedgerAccount {
  return provider === 'STRIPE' ? 'receivable:stripe' : 'receivable:paypal';
}
