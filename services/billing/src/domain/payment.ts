import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { AppError } from '@switchboard/errors';
import type { Money } from './money.ts';
import { allows, isForward, type PaymentAction, type PaymentStatus } from './payment-status.ts';

export type PaymentProviderName = 'STRIPE' | 'PAYPAL';

/** How a payment stood at its vendor when somebody looked. */
export interface PaymentSnapshot {
  readonly providerPaymentId: string;
  readonly status: PaymentStatus;
  /** Why it failed: the vendor's code in upper case. */
  readonly errorCode?: string | undefined;
  /** Where the customer approves, or authenticates. */
  readonly approvalUrl?: string | undefined;
  /** The vendor's id of the taking of the money: what refunds refer to. */
  readonly providerChargeId?: string | undefined;
  /** The money that was taken. */
  readonly captured?: Money | undefined;
  /** What the vendor kept of it; known late. */
  readonly fee?: Money | undefined;
}

/** A snapshot, and what was known here when the vendor was asked. */
export interface SeenPayment {
  readonly paymentId: string;
  /** `revision` of the payment before the vendor was asked. */
  readonly revision: number;
  /** The action this is the answer to; absent for a mere look. */
  readonly action?: PaymentAction | undefined;
  readonly snapshot: PaymentSnapshot;
}

/** One payment at one vendor. */
@Entity({ tableName: 'payments' })
export class Payment {
  declare readonly [OptionalProps]?:
    | 'amount'
    | 'userId'
    | 'customerId'
    | 'capturedMinor'
    | 'refundedMinor'
    | 'customerEmail'
    | 'customerPhone'
    | 'customerName'
    | 'metadata'
    | 'returnUrl'
    | 'approvalUrl'
    | 'errorCode'
    | 'providerPaymentId'
    | 'providerChargeId'
    | 'busyWith'
    | 'revision'
    | 'createdAt'
    | 'updatedAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) connectionId!: string;
  /** Who made it; API keys have no user. */
  @Property({ type: 'text', nullable: true }) userId: string | null = null;
  @Property({ type: 'text' }) provider!: PaymentProviderName;
  @Property({ type: 'text', nullable: true }) customerId: string | null = null;
  @Property({ type: 'text' }) status!: PaymentStatus;
  @Property({ type: 'bigint' }) amountMinor!: bigint;
  @Property({ type: 'text' }) currency!: string;
  /** What the vendor says it took. */
  @Property({ type: 'bigint' }) capturedMinor = 0n;
  /** Sum of the refunds that succeeded. */
  @Property({ type: 'bigint' }) refundedMinor = 0n;
  @Property({ type: 'text' }) description!: string;
  @Property({ type: 'text', nullable: true }) customerEmail: string | null = null;
  @Property({ type: 'text', nullable: true }) customerPhone: string | null = null;
  @Property({ type: 'text', nullable: true }) customerName: string | null = null;
  @Property({ type: 'json' }) metadata: Readonly<Record<string, string>> = {};
  /** Where the vendor sends the customer back. */
  @Property({ type: 'text', nullable: true }) returnUrl: string | null = null;
  @Property({ type: 'text', nullable: true }) approvalUrl: string | null = null;
  @Property({ type: 'text', nullable: true }) errorCode: string | null = null;
  @Property({ type: 'text', nullable: true }) providerPaymentId: string | null = null;
  @Property({ type: 'text', nullable: true }) providerChargeId: string | null = null;
  /** The action whose answer is awaited: one at a time. */
  @Property({ type: 'text', nullable: true }) busyWith: PaymentAction | null = null;
  /** Counts changes, so that a look that began before the last one is known to be old. */
  @Property({ type: 'integer' }) revision = 0;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) createdAt = new Date();
  @Property({ type: 'datetime' }) updatedAt = new Date();

  get amount(): Money {
    return { amountMinor: this.amountMinor, currency: this.currency };
  }

  /** Takes up an action. @throws AppError REJECTED when the payment does not stand so that it may be done. */
  begin(action: Exclude<PaymentAction, 'OPEN'>): void {
    if (this.busyWith) {
      throw refused('PAYMENT_BUSY', 'Something else is being done to this payment. Try again in a moment.');
    }
    if (!this.providerPaymentId || !allows(this.status, action)) {
      throw refused('PAYMENT_STATUS', `The payment is ${this.status}: this cannot be done now.`);
    }
    this.busyWith = action;
    this.errorCode = null;
    // A new attempt starts from where the one before started.
    if (this.status === 'FAILED' && action !== 'CANCEL') {
      this.status = action === 'CONFIRM' ? 'REQUIRES_CONFIRMATION' : 'REQUIRES_CAPTURE';
    }
    this.changed();
  }

  /** Calls it off here, for a vendor that has nothing to call off. */
  cancel(): void {
    this.begin('CANCEL');
    this.busyWith = null;
    this.status = 'CANCELED';
  }

  /**
   * Takes what was seen at the vendor, forward only.
   * @returns `stale` when the payment changed since the vendor was asked, so that somebody has to look again.
   */
  see({ snapshot, revision, action }: SeenPayment): 'changed' | 'same' | 'stale' {
    // Somebody copied our id onto another payment at the vendor.
    if (this.providerPaymentId && this.providerPaymentId !== snapshot.providerPaymentId) return 'same';
    const isOwn = action !== undefined && this.busyWith === action;
    if (isOwn) this.busyWith = null;
    this.providerPaymentId ??= snapshot.providerPaymentId;
    this.providerChargeId = snapshot.providerChargeId ?? this.providerChargeId;
    const { status } = snapshot;
    if (status === this.status) return this.sameStatus(snapshot);
    // What ends a payment for good is true whenever it was seen.
    const isFinal = status === 'SUCCEEDED' || status === 'CANCELED';
    if (!isFinal && revision !== this.revision) return 'stale';
    // While an attempt runs, a look may still show the failure of the one before: its own answer tells.
    if (!isOwn && this.busyWith && status === 'FAILED') return 'stale';
    if (!isForward(this.status, status)) return 'same';
    this.status = status;
    this.errorCode = snapshot.errorCode ?? null;
    this.approvalUrl = snapshot.approvalUrl ?? this.approvalUrl;
    if (status === 'SUCCEEDED') this.capturedMinor = snapshot.captured?.amountMinor ?? this.amountMinor;
    this.changed();
    return 'changed';
  }

  /**
   * An action came to nothing.
   * @param outcome `KEPT`: the payment stands as before, with a reason.
   * @returns whether the status changed.
   */
  lose(
    action: PaymentAction | undefined,
    outcome: 'FAILED' | 'OUTCOME_UNKNOWN' | 'KEPT',
    errorCode: string,
  ): boolean {
    if (action !== undefined && this.busyWith === action) this.busyWith = null;
    if (this.status === 'SUCCEEDED' || this.status === 'CANCELED') return false;
    this.errorCode = errorCode;
    this.changed();
    if (outcome === 'KEPT' || !isForward(this.status, outcome)) return false;
    this.status = outcome;
    return true;
  }

  /** Counts a refund that succeeded, or takes one back. */
  countRefund(amountMinor: bigint): void {
    this.refundedMinor += amountMinor;
    this.changed();
  }

  private sameStatus({ approvalUrl, errorCode }: PaymentSnapshot): 'same' {
    this.approvalUrl = approvalUrl ?? this.approvalUrl;
    this.errorCode = errorCode ?? this.errorCode;
    return 'same';
  }

  private changed(): void {
    this.revision += 1;
    this.updatedAt = new Date();
  }
}

function refused(code: string, publicMessage: string): AppError {
  return new AppError('REJECTED', code, { publicMessage, details: { code } });
}
