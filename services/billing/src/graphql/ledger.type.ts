import { DateTime, Money } from '@switchboard/subgraph';
import { Field, ID, ObjectType } from 'type-graphql';
import type { LedgerEntry as LedgerEntryRow } from '../domain/ledger-rows.ts';
import type { LedgerBalance as Balance } from '../use-cases/find-payments.ts';

const ACCOUNT =
  '`receivable:stripe` and `receivable:paypal`: what the vendor holds for you. `revenue`: what customers paid. `refunds`: what was given back. `fees`: what the vendor kept.';

@ObjectType('LedgerEntry', {
  description:
    'One line of the double-entry ledger. The lines of a transaction sum to zero in each currency.',
})
export class LedgerEntry {
  @Field(() => ID, { description: 'The transaction it was written with.' })
  transactionId!: string;

  @Field(() => String, { description: '`PAYMENT`, `FEE`, `REFUND` or `REFUND_REVERSAL`.' })
  kind!: string;

  @Field(() => String, { description: ACCOUNT })
  account!: string;

  @Field(() => Money, { description: 'A debit is positive, a credit negative.' })
  amount!: Money;

  @Field(() => DateTime)
  postedAt!: Date;
}

@ObjectType('LedgerBalance', { description: 'What is in one account of the ledger, in one currency.' })
export class LedgerBalance {
  @Field(() => String, { description: ACCOUNT })
  account!: string;

  @Field(() => Money, { description: 'A debit is positive, a credit negative.' })
  balance!: Money;
}

export function toLedgerEntry(row: LedgerEntryRow): LedgerEntry {
  const { transactionId, kind, account, amountMinor, currency, createdAt } = row;
  return { transactionId, kind, account, amount: { amountMinor, currency }, postedAt: createdAt };
}

export function toLedgerBalance({ account, amountMinor, currency }: Balance): LedgerBalance {
  return { account, balance: { amountMinor, currency } };
}
