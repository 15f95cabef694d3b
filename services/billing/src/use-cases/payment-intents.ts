import { type AppError, ProviderError } from '@switchboard/errors';
import { defineIntent, type Intent, planIntent } from '@switchboard/intents';
import { type ProviderCall, requireRole } from '@switchboard/providers';
import { SYSTEM } from '@switchboard/storage';
import { Payment, type PaymentSnapshot, type SeenPayment } from '../domain/payment.ts';
import type { PaymentAction } from '../domain/payment-status.ts';
import { recordPaymentStatus } from '../events/published.ts';
import type { PaymentProvider } from '../providers/payment-provider.ts';
import { lockPayment } from './lock-payment.ts';
import { atVendor, type VendorAccess, vendorOf } from './payment-vendor.ts';
import { type LookAgainPayload, takePayment } from './take-payment.ts';

/** Work at a vendor on one payment. */
export interface PaymentWork<P extends { readonly paymentId: string }> {
  readonly kind: string;
  readonly action?: PaymentAction;
  act(payment: Payment, provider: PaymentProvider, payload: P, call: ProviderCall): Promise<PaymentSnapshot>;
}

/** Looks how a payment stands at its vendor. */
export function lookAgain(access: VendorAccess): Intent<LookAgainPayload, SeenPayment> {
  const intent: Intent<LookAgainPayload, SeenPayment> = paymentIntent(access, () => intent, {
    kind: 'look-at-payment',
    async act({ providerPaymentId }, provider, _payload, call) {
      return requireRole(provider, 'desk').look(providerPaymentId ?? '', call);
    },
  });
  return intent;
}

/** Confirms a payment with a payment method. */
export function confirmAtVendor(access: VendorAccess, look: Intent<LookAgainPayload, SeenPayment>) {
  return paymentIntent<{ paymentId: string; paymentMethod: string }>(access, () => look, {
    kind: 'confirm-payment',
    action: 'CONFIRM',
    async act({ providerPaymentId, returnUrl }, provider, { paymentMethod }, call) {
      const payment = { providerPaymentId: providerPaymentId ?? '', returnUrl: returnUrl ?? undefined };
      return requireRole(provider, 'confirmer').confirm(payment, paymentMethod, call);
    },
  });
}

/** Captures a payment the customer approved. */
export function captureAtVendor(access: VendorAccess, look: Intent<LookAgainPayload, SeenPayment>) {
  return paymentIntent<{ paymentId: string }>(access, () => look, {
    kind: 'capture-payment',
    action: 'CAPTURE',
    async act({ providerPaymentId }, provider, _payload, call) {
      return requireRole(provider, 'capturer').capture(providerPaymentId ?? '', call);
    },
  });
}

/** Calls a payment off. */
export function cancelAtVendor(access: VendorAccess, look: Intent<LookAgainPayload, SeenPayment>) {
  return paymentIntent<{ paymentId: string }>(access, () => look, {
    kind: 'cancel-payment',
    action: 'CANCEL',
    async act({ providerPaymentId }, provider, _payload, call) {
      return requireRole(provider, 'canceler').cancel(providerPaymentId ?? '', call);
    },
  });
}

/** An intent that does something to a payment and takes what the vendor then shows. */
export function paymentIntent<P extends { readonly paymentId: string }>(
  access: VendorAccess,
  look: () => Intent<LookAgainPayload, SeenPayment>,
  { kind, action, act }: PaymentWork<P>,
): Intent<P, SeenPayment> {
  return defineIntent<P, SeenPayment>({
    kind,
    // Both vendors honour the intent's id as the key of the request.
    repeatable: true,
    async act(payload, intent) {
      const { paymentId } = payload;
      const payment = await access.database.read(SYSTEM, (em) =>
        em.findOneOrFail(Payment, { id: paymentId }),
      );
      const snapshot = await atVendor(access, payment, intent, (provider, call) =>
        act(payment, provider, payload, call),
      );
      return { paymentId, revision: payment.revision, action, snapshot };
    },
    settle: (tx, _payload, seen) => takePayment(tx, look(), seen),
    async fail(tx, { paymentId }, error) {
      const payment = await lockPayment(tx, paymentId);
      // A look that came to nothing says nothing about the payment.
      if (!payment || !action) return;
      const code = codeOf(error);
      const isPremature = access.providers.get(vendorOf(payment.provider)).isPremature(code);
      const outcome =
        isPremature || action === 'CANCEL' ? 'KEPT' : isUncertain(error) ? 'OUTCOME_UNKNOWN' : 'FAILED';
      if (payment.lose(action, outcome, code)) recordPaymentStatus(tx, payment);
      await tx.em.flush();
      if (isUncertain(error) && payment.providerPaymentId) {
        await planIntent(tx, look(), { paymentId }, { workspaceId: payment.workspaceId });
      }
    },
  });
}

/** Whether the vendor may have acted all the same. */
export function isUncertain({ code }: AppError): boolean {
  return code === 'OUTCOME_UNKNOWN' || code === 'UNAVAILABLE' || code === 'INTERNAL';
}

/** The vendor's own code where there is one. */
export function codeOf(error: AppError): string {
  return (error instanceof ProviderError && error.vendor.vendorCode) || error.code;
}
