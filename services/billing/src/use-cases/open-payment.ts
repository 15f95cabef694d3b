import { defineIntent, type Intent } from '@switchboard/intents';
import { type ProviderCall, requireRole } from '@switchboard/providers';
import { SYSTEM } from '@switchboard/storage';
import { Customer, type CustomerDetails } from '../domain/customer.ts';
import { Payment, type SeenPayment } from '../domain/payment.ts';
import { recordPaymentStatus } from '../events/published.ts';
import type { PaymentProvider } from '../providers/payment-provider.ts';
import { lockPayment } from './lock-payment.ts';
import { codeOf, isUncertain } from './payment-intents.ts';
import { atVendor, type VendorAccess } from './payment-vendor.ts';
import { type LookAgainPayload, takePayment } from './take-payment.ts';

export interface OpenPaymentPayload {
  readonly paymentId: string;
}

interface Opened {
  readonly seen: SeenPayment;
  readonly providerCustomerId: string | undefined;
}

/** Begins a recorded payment at its vendor, with the customer where the vendor keeps customers. */
export function openPayment(
  access: VendorAccess,
  look: Intent<LookAgainPayload, SeenPayment>,
): Intent<OpenPaymentPayload, Opened> {
  return defineIntent<OpenPaymentPayload, Opened>({
    kind: 'open-payment',
    repeatable: true,
    async act({ paymentId }, intent) {
      const { payment, customer } = await access.database.read(SYSTEM, async (em) => {
        const payment = await em.findOneOrFail(Payment, { id: paymentId });
        const customer = payment.customerId ? await em.findOne(Customer, { id: payment.customerId }) : null;
        return { payment, customer };
      });
      return atVendor(access, payment, intent, async (provider, call) => {
        const providerCustomerId = customer ? await customerAt(provider, customer, call) : undefined;
        const snapshot = await requireRole(provider, 'desk').open(
          {
            paymentId,
            amount: payment.amount,
            description: payment.description,
            metadata: payment.metadata,
            customer: detailsOf(payment.customerEmail, payment.customerPhone, payment.customerName),
            providerCustomerId,
            returnUrl: payment.returnUrl ?? undefined,
          },
          call,
        );
        const seen = { paymentId, revision: payment.revision, action: 'OPEN' as const, snapshot };
        return { seen, providerCustomerId };
      });
    },
    async settle(tx, { paymentId }, { seen, providerCustomerId }) {
      const payment = await lockPayment(tx, paymentId);
      const customer = payment?.customerId && (await tx.em.findOne(Customer, { id: payment.customerId }));
      if (customer && providerCustomerId) customer.providerCustomerId = providerCustomerId;
      await takePayment(tx, look, seen);
    },
    async fail(tx, { paymentId }, error) {
      const payment = await lockPayment(tx, paymentId);
      if (!payment) return;
      const outcome = isUncertain(error) ? 'OUTCOME_UNKNOWN' : 'FAILED';
      if (payment.lose('OPEN', outcome, codeOf(error))) recordPaymentStatus(tx, payment);
    },
  });
}

/**
 * The vendor's id of a customer. Made under the customer's own id as key and with what was first known of them, so
 * that payments in parallel for a new customer make one.
 */
async function customerAt(
  provider: PaymentProvider,
  customer: Customer,
  call: ProviderCall,
): Promise<string | undefined> {
  if (customer.providerCustomerId || !provider.customers) return customer.providerCustomerId ?? undefined;
  const details = detailsOf(customer.email, customer.phone, customer.name);
  return provider.customers.create(customer.id, details, { ...call, idempotencyKey: customer.id });
}

function detailsOf(email: string | null, phone: string | null, name: string | null): CustomerDetails {
  return { email: email ?? undefined, phone: phone ?? undefined, name: name ?? undefined };
}
