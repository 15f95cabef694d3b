import { notFound } from '@switchboard/errors';
import { idempotently } from '@switchboard/idempotency';
import type { WorkspaceActor } from '@switchboard/identity';
import { type Intent, planIntent } from '@switchboard/intents';
import type { UnitOfWork } from '@switchboard/messaging';
import { type ProviderRegistry, requireRole } from '@switchboard/providers';
import { Payment, type SeenPayment } from '../domain/payment.ts';
import { recordPaymentStatus } from '../events/published.ts';
import type { PaymentProvider } from '../providers/payment-provider.ts';
import { lockPayment } from './lock-payment.ts';
import { vendorOf } from './payment-vendor.ts';

type PaymentIntentOf<P extends object> = Intent<P, SeenPayment>;

export interface PaymentActions {
  readonly confirm: PaymentIntentOf<{ paymentId: string; paymentMethod: string }>;
  readonly capture: PaymentIntentOf<{ paymentId: string }>;
  readonly cancel: PaymentIntentOf<{ paymentId: string }>;
}

export interface PaymentOutcome {
  readonly payment: Payment;
  readonly replayed: boolean;
}

/** Confirms, captures or calls off a payment. The answer is the payment when the vendor answered, or after 2 s. */
export class ActOnPayment {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly providers: ProviderRegistry<PaymentProvider>,
    private readonly actions: PaymentActions,
    private readonly runIntent: (intentId: string) => Promise<void>,
  ) {}

  /**
   * Takes the money with a payment method. A decline is on the payment.
   * @throws AppError NOT_FOUND; REJECTED when it cannot be confirmed now; UNSUPPORTED where the customer approves instead.
   */
  confirm(
    actor: WorkspaceActor,
    input: { idempotencyKey: string; paymentId: string; paymentMethod: string },
  ): Promise<PaymentOutcome> {
    const { paymentId, paymentMethod } = input;
    return this.#execute(actor, 'paymentConfirm', input, async (tx, payment, provider) => {
      requireRole(provider, 'confirmer');
      payment.begin('CONFIRM');
      await tx.em.flush();
      return planIntent(tx, this.actions.confirm, { paymentId, paymentMethod });
    });
  }

  /** Takes the money the customer approved. @throws AppError as `confirm`. */
  capture(
    actor: WorkspaceActor,
    input: { idempotencyKey: string; paymentId: string },
  ): Promise<PaymentOutcome> {
    const { paymentId } = input;
    return this.#execute(actor, 'paymentCapture', input, async (tx, payment, provider) => {
      requireRole(provider, 'capturer');
      payment.begin('CAPTURE');
      await tx.em.flush();
      return planIntent(tx, this.actions.capture, { paymentId });
    });
  }

  /** Calls the payment off; where the vendor has nothing to call off, it is just never taken. @throws AppError as `confirm`. */
  cancel(
    actor: WorkspaceActor,
    input: { idempotencyKey: string; paymentId: string },
  ): Promise<PaymentOutcome> {
    const { paymentId } = input;
    return this.#execute(actor, 'paymentCancel', input, async (tx, payment, provider) => {
      if (!provider.canceler) {
        payment.cancel();
        recordPaymentStatus(tx, payment);
        return undefined;
      }
      payment.begin('CANCEL');
      await tx.em.flush();
      return planIntent(tx, this.actions.cancel, { paymentId });
    });
  }

  async #execute(
    actor: WorkspaceActor,
    mutation: string,
    { idempotencyKey, ...input }: { idempotencyKey: string; paymentId: string },
    decide: (
      tx: Parameters<Parameters<UnitOfWork['run']>[1]>[0],
      payment: Payment,
      provider: PaymentProvider,
    ) => Promise<string | undefined>,
  ): Promise<PaymentOutcome> {
    let intentId: string | undefined;
    const { resourceId, replayed } = await idempotently(
      this.unitOfWork,
      actor,
      { mutation, idempotencyKey, input, keepHours: 72 },
      async (tx) => {
        const payment = await lockPayment(tx, input.paymentId);
        if (!payment) throw notFound('Payment');
        intentId = await decide(tx, payment, this.providers.get(vendorOf(payment.provider)));
        return { resourceId: payment.id, userErrors: [] };
      },
    );
    if (intentId) await this.runIntent(intentId);
    const payment = await this.unitOfWork.database.read(actor, (em) =>
      em.findOne(Payment, { id: resourceId ?? '' }),
    );
    if (!payment) throw notFound('Payment');
    return { payment, replayed };
  }
}
