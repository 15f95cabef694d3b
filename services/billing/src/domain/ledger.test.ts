import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  feePosting,
  type LedgerLine,
  paymentPosting,
  refundPosting,
  refundReversalPosting,
  requireBalanced,
  sumsOf,
} from './ledger.ts';

const POSTINGS = [paymentPosting, feePosting, refundPosting, refundReversalPosting] as const;
const step = fc.record({
  post: fc.constantFrom(...POSTINGS),
  provider: fc.constantFrom('STRIPE', 'PAYPAL'),
  amountMinor: fc.bigInt({ min: 1n, max: 10n ** 15n }),
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
});

describe('postings', () => {
  it('sum to zero in each currency, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const lines = steps.flatMap(({ post, provider, amountMinor, currency }, index) => {
          const posting = post(`id-${index}`, provider, { amountMinor, currency });
          requireBalanced(posting.lines);
          return posting.lines;
        });
        expect([...sumsOf(lines).values()].every((sum) => sum === 0n)).toBe(true);
      }),
    );
  });

  it('of a refund and its reversal undo each other', () => {
    const amount = { amountMinor: 500n, currency: 'EUR' };
    const lines = [
      refundPosting('rfd_1', 'STRIPE', amount),
      refundReversalPosting('rfd_1', 'STRIPE', amount),
    ];
    const accounts = Map.groupBy(
      lines.flatMap((posting) => posting.lines),
      ({ account }) => account,
    );
    for (const entries of accounts.values()) {
      expect(entries.reduce((sum, entry) => sum + entry.amount.amountMinor, 0n)).toBe(0n);
    }
  });

  it('have a cause of their own each', () => {
    const causes = POSTINGS.map((post) => post('x', 'STRIPE', { amountMinor: 1n, currency: 'USD' }).cause);
    expect(new Set(causes).size).toBe(causes.length);
  });
});

it('refuses lines that do not balance, also when they would across currencies', () => {
  const line = (amountMinor: bigint, currency: string): LedgerLine => ({
    account: 'revenue',
    amount: { amountMinor, currency },
  });
  expect(() => requireBalanced([line(1n, 'USD'), line(-1n, 'EUR')])).toThrow('not to zero');
  expect(() => requireBalanced([line(1n, 'USD'), line(-1n, 'USD')])).not.toThrow();
});
