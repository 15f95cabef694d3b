import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { Money } from './money.ts';

/**
 * What is known of a refund.
 * - `PENDING`: recorded here, the vendor has not answered yet.
 * - `OUTCOME_UNKNOWN`: the vendor's answer was lost; a later report may still tell.
 * - `PROCESSING`: the vendor is giving the money back.
 * - `FAILED`: the money was not given back, or came back from the customer's bank.
 */
export const RefundStatus = {
  PENDING: 'PENDING',
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
  PROCESSING: 'PROCESSING',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
} as const;
export type RefundStatus = (typeof RefundStatus)[keyof typeof RefundStatus];

const RANK: Readonly<Record<RefundStatus, number>> = {
  PENDING: 0,
  OUTCOME_UNKNOWN: 1,
  PROCESSING: 2,
  SUCCEEDED: 3,
  // Last: a bank may send back what was given (docs.stripe.com/refunds#failed-refunds).
  FAILED: 4,
};

/** How a refund stood at its vendor when somebody looked. */
export interface RefundSnapshot {
  readonly providerRefundId: string;
  /** Ours, when the vendor brings it back. */
  readonly refundId?: string | undefined;
  readonly amount: Money;
  readonly status: 'PROCESSING' | 'SUCCEEDED' | 'FAILED';
  readonly errorCode?: string | undefined;
}

/** Money given back from one payment. */
@Entity({ tableName: 'refunds' })
export class Refund {
  declare readonly [OptionalProps]?: 'amount' | 'errorCode' | 'providerRefundId' | 'createdAt' | 'updatedAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) paymentId!: string;
  @Property({ type: 'text' }) connectionId!: string;
  @Property({ type: 'bigint' }) amountMinor!: bigint;
  @Property({ type: 'text' }) currency!: string;
  @Property({ type: 'text' }) status!: RefundStatus;
  @Property({ type: 'text', nullable: true }) errorCode: string | null = null;
  @Property({ type: 'text', nullable: true }) providerRefundId: string | null = null;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) createdAt = new Date();
  @Property({ type: 'datetime' }) updatedAt = new Date();

  get amount(): Money {
    return { amountMinor: this.amountMinor, currency: this.currency };
  }

  /** Takes a status if it is news. @returns whether anything changed. */
  advance(to: RefundStatus, errorCode?: string): boolean {
    if (RANK[to] <= RANK[this.status]) return false;
    this.status = to;
    if (errorCode !== undefined) this.errorCode = errorCode;
    this.updatedAt = new Date();
    return true;
  }
}
