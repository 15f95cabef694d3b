import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { LedgerAccount, LedgerKind } from './ledger.ts';

/** A transaction in the ledger. Added, never changed. */
@Entity({ tableName: 'ledger_transactions' })
export class LedgerTransaction {
  declare readonly [OptionalProps]?: 'refundId' | 'createdAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) paymentId!: string;
  @Property({ type: 'text', nullable: true }) refundId: string | null = null;
  @Property({ type: 'text' }) kind!: LedgerKind;
  @Property({ type: 'text' }) cause!: string;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) createdAt = new Date();
}

/** One line of a transaction: debits are positive. */
@Entity({ tableName: 'ledger_entries' })
export class LedgerEntry {
  declare readonly [OptionalProps]?: 'createdAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) transactionId!: string;
  @Property({ type: 'text' }) paymentId!: string;
  @Property({ type: 'text' }) kind!: LedgerKind;
  @Property({ type: 'text' }) account!: LedgerAccount;
  @Property({ type: 'bigint' }) amountMinor!: bigint;
  @Property({ type: 'text' }) currency!: string;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) createdAt = new Date();
}
