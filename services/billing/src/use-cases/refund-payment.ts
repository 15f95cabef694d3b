import { AppError, invalidInput, notFound } from '@switchboard/errors';
import { idempotently } from '@switchboard/idempotency';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { defineIntent, type Intent, planIntent } from '@switchboard/intents';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { RefundCreatedSchema } from '@switchboard/proto-schemas';
import { type ProviderRegistry, requireRole } from '@switchboard/providers';
import { SYSTEM } from '@switchboard/storage';
import type { Money } from '../domain/money.ts';
import { Payment } from '../domain/payment.ts';
import { Refund, type RefundSnapshot } from '../domain/refund.ts';
import { recordRefundStatus } from '../events/published.ts';
import type { PaymentProvider } from '../providers/payment-provider.ts';
import { lockPayment } from './lock-payment.ts';
import { codeOf, isUncertain } from './payment-intents.ts';
import { atVendor, type VendorAccess, vendorOf } from './payment-vendor.ts';
import { takeRefund } from './take-refund.ts';

export interface RefundPaymentInput {
  readonly idempotencyKey: string;
  readonly paymentId: string;
  /** Everything that is left when absent. */
  readonly amount: Money | undefined;
}

export interface GiveBackPayload {
  readonly refundId: string;
  readonly paymentId: string;
}

/** Has the vendor give a recorded refund. */
export function giveBack(access: VendorAccess): Intent<GiveBackPayload, RefundSnapshot> {
  return defineIntent<GiveBackPayload, RefundSnapshot>({
    kind: 'give-back',
    repeatable: true,
    async act({ refundId, paymentId }, intent) {
      const { payment, refund } = await access.database.read(SYSTEM, async (em) => ({
        payment: await em.findOneOrFail(Payment, { id: paymentId }),
        refund: await em.findOneOrFail(Refund, { id: refundId }),
      }));
      return atVendor(access, payment, intent, (provider, call) =>
        requireRole(provider, 'refunder').refund(
          {
            refundId,
            providerPaymentId: payment.providerPaymentId ?? '',
            providerChargeId: payment.providerChargeId ?? undefined,
            amount: refund.amount,
          },
          call,
        ),
      );
    },
    settle: (tx, { paymentId, refundId }, seen) => takeRefund(tx, paymentId, { ...seen, refundId }),
    async fail(tx, { refundId, paymentId }, error) {
      await lockPayment(tx, paymentId);
      const refund = await tx.em.findOneOrFail(Refund, { id: refundId });
      // A report may have been faster than the answer; then this changes nothing.
      if (refund.providerRefundId) return;
      const status = isUncertain(error) ? 'OUTCOME_UNKNOWN' : 'FAILED';
      if (refund.advance(status, codeOf(error))) recordRefundStatus(tx, refund);
    },
  });
}

/** Gives a payment back, whole or in part. */
export class RefundPayment {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly providers: ProviderRegistry<PaymentProvider>,
    private readonly giveBack: Intent<GiveBackPayload, RefundSnapshot>,
    private readonly runIntent: (intentId: string) => Promise<void>,
  ) {}

  /**
   * @returns the refund as it stands when the vendor answered, or after 2 s.
   * @throws AppError NOT_FOUND; REJECTED when nothing was taken, or less is left; the vendor is not asked then.
   */
  async execute(
    actor: WorkspaceActor,
    { idempotencyKey, ...input }: RefundPaymentInput,
  ): Promise<{ refund: Refund; payment: Payment; replayed: boolean }> {
    if (input.amount && input.amount.amountMinor <= 0n) {
      throw invalidInput('amount must be greater than zero.');
    }
    let intentId: string | undefined;
    const { resourceId, replayed } = await idempotently(
      this.unitOfWork,
      actor,
      { mutation: 'paymentRefund', idempotencyKey, input, keepHours: 72 },
      async (tx) => {
        const payment = await lockPayment(tx, input.paymentId);
        if (!payment) throw notFound('Payment');
        const amount = await this.#refundable(tx, payment, input.amount);
        const refund = record(tx, payment, amount);
        const { id: refundId, paymentId, sandbox } = refund;
        const causedBy = tx.record(RefundCreatedSchema, { refundId, paymentId, ...amount, sandbox });
        await tx.em.flush();
        intentId = await planIntent(tx, this.giveBack, { refundId, paymentId }, { causedBy });
        return { resourceId: refundId, userErrors: [] };
      },
    );
    if (intentId) await this.runIntent(intentId);
    return this.unitOfWork.database.read(actor, async (em) => {
      const refund = await em.findOne(Refund, { id: resourceId ?? '' });
      const payment = refund && (await em.findOne(Payment, { id: refund.paymentId }));
      if (!payment) throw notFound('Refund');
      return { refund, payment, replayed };
    });
  }

  /** What may be given back. The payment is locked, so parallel refunds cannot both take the rest. */
  async #refundable({ em }: EventTx, payment: Payment, wanted: Money | undefined): Promise<Money> {
    const { status, currency, capturedMinor } = payment;
    if (status !== 'SUCCEEDED') {
      throw refused('PAYMENT_NOT_REFUNDABLE', `The payment is ${status}: there is nothing to give back.`);
    }
    if (wanted && wanted.currency !== currency) {
      throw refused('REFUND_CURRENCY_MISMATCH', `The payment was made in ${currency}.`);
    }
    const refunds = await em.find(Refund, { paymentId: payment.id, status: { $ne: 'FAILED' } });
    const left = refunds.reduce((rest, refund) => rest - refund.amountMinor, capturedMinor);
    const amount = { amountMinor: wanted?.amountMinor ?? left, currency };
    if (amount.amountMinor > left || left <= 0n) {
      throw refused('REFUND_EXCEEDS_PAYMENT', 'That is more than is left of the payment.');
    }
    requireRole(this.providers.get(vendorOf(payment.provider)), 'desk').requireTakable(amount);
    return amount;
  }
}

function record({ em }: EventTx, payment: Payment, amount: Money): Refund {
  return em.create(Refund, {
    id: newId('rfd'),
    workspaceId: payment.workspaceId,
    paymentId: payment.id,
    connectionId: payment.connectionId,
    amountMinor: amount.amountMinor,
    currency: amount.currency,
    status: 'PENDING',
    sandbox: payment.sandbox,
  });
}

function refused(code: string, publicMessage: string): AppError {
  return new AppError('REJECTED', code, { publicMessage, details: { code } });
}
