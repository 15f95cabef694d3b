import { AppError } from '@switchboard/errors';
import type { ProviderCall } from '@switchboard/providers';
import type Stripe from 'stripe';
import type { CustomerDetails } from '../../domain/customer.ts';
import type { PaymentProvider } from '../payment-provider.ts';
import { stripeClient } from './stripe.client.ts';
import { isAboutTheIntent, toProviderError } from './stripe.errors.ts';
import {
  PAYMENT_ID,
  REFUND_ID,
  toPaymentSnapshot,
  toRefundSnapshot,
  toStripeAmount,
} from './stripe.mapping.ts';

/** Fetches the fee along with the payment intent. */
const WITH_BOOKS = { expand: ['latest_charge.balance_transaction'] };

/** Stripe by its own SDK: payment intents, customers, refunds. */
export const stripeProvider = {
  id: 'stripe',
  isPremature: () => false,
  desk: {
    requireTakable: (amount) => void toStripeAmount(amount),
    async open(order, call) {
      const intent = await attempt('paymentIntents.create', call, (stripe) =>
        stripe.paymentIntents.create(
          {
            ...toStripeAmount(order.amount),
            description: order.description,
            metadata: { ...order.metadata, [PAYMENT_ID]: order.paymentId },
            // Methods that send the customer elsewhere need an address to come back to.
            automatic_payment_methods: {
              enabled: true,
              allow_redirects: order.returnUrl ? 'always' : 'never',
            },
            ...(order.providerCustomerId && { customer: order.providerCustomerId }),
          },
          { idempotencyKey: call.idempotencyKey },
        ),
      );
      return toPaymentSnapshot(await asItIsNow(intent, call));
    },
    look: async (providerPaymentId, call) => toPaymentSnapshot(await retrieve(providerPaymentId, call)),
  },
  confirmer: {
    async confirm({ providerPaymentId, returnUrl }, paymentMethod, call) {
      return actOnIntent('paymentIntents.confirm', providerPaymentId, call, (stripe) =>
        stripe.paymentIntents.confirm(
          providerPaymentId,
          { payment_method: paymentMethod, ...(returnUrl && { return_url: returnUrl }), ...WITH_BOOKS },
          { idempotencyKey: call.idempotencyKey },
        ),
      );
    },
  },
  canceler: {
    async cancel(providerPaymentId, call) {
      return actOnIntent('paymentIntents.cancel', providerPaymentId, call, (stripe) =>
        stripe.paymentIntents.cancel(providerPaymentId, {}, { idempotencyKey: call.idempotencyKey }),
      );
    },
  },
  customers: {
    async create(customerId, details, call) {
      const customer = await attempt('customers.create', call, (stripe) =>
        stripe.customers.create(customerParameters(customerId, details), {
          idempotencyKey: call.idempotencyKey,
        }),
      );
      return customer.id;
    },
  },
  refunder: {
    async refund(order, call) {
      const refund = await attempt('refunds.create', call, (stripe) =>
        stripe.refunds.create(
          {
            payment_intent: order.providerPaymentId,
            amount: toStripeAmount(order.amount).amount,
            metadata: { [REFUND_ID]: order.refundId },
          },
          { idempotencyKey: call.idempotencyKey },
        ),
      );
      return toRefundSnapshot(refund);
    },
    async look(providerRefundId, call) {
      return toRefundSnapshot(
        await attempt('refunds.retrieve', call, (stripe) => stripe.refunds.retrieve(providerRefundId)),
      );
    },
  },
  checker: {
    async check(call) {
      // Not the balance: a restricted key that is good for payments may lack the permission to see it.
      await attempt('paymentIntents.list', call, (stripe) => stripe.paymentIntents.list({ limit: 1 }));
    },
  },
} satisfies PaymentProvider;

/** Does something to an intent. A decline, or an intent that is further than we knew, is told by looking at it. */
async function actOnIntent(
  operation: string,
  providerPaymentId: string,
  call: ProviderCall,
  work: (stripe: Stripe) => Promise<Stripe.Response<Stripe.PaymentIntent>>,
) {
  try {
    return toPaymentSnapshot(await asItIsNow(await work(stripeClient(call)), call));
  } catch (thrown) {
    if (isAboutTheIntent(thrown)) return toPaymentSnapshot(await retrieve(providerPaymentId, call));
    throw toProviderError(operation, thrown);
  }
}

/** A repeated request is answered as the first was, however the intent stands by now: then it is looked at. */
async function asItIsNow(
  intent: Stripe.Response<Stripe.PaymentIntent>,
  call: ProviderCall,
): Promise<Stripe.PaymentIntent> {
  const isReplayed = intent.lastResponse.headers['idempotent-replayed'] === 'true';
  return isReplayed ? retrieve(intent.id, call) : intent;
}

function retrieve(providerPaymentId: string, call: ProviderCall): Promise<Stripe.PaymentIntent> {
  return attempt('paymentIntents.retrieve', call, (stripe) =>
    stripe.paymentIntents.retrieve(providerPaymentId, WITH_BOOKS),
  );
}

async function attempt<T>(
  operation: string,
  call: ProviderCall,
  work: (stripe: Stripe) => Promise<T>,
): Promise<T> {
  try {
    return await work(stripeClient(call));
  } catch (thrown) {
    // An amount that cannot be said to Stripe was refused before Stripe heard of it.
    throw thrown instanceof AppError ? thrown : toProviderError(operation, thrown);
  }
}

function customerParameters(
  customerId: string,
  { email, phone, name }: CustomerDetails,
): Stripe.CustomerCreateParams {
  return {
    ...(email && { email }),
    ...(phone && { phone }),
    ...(name && { name }),
    metadata: { switchboard_customer_id: customerId },
  };
}
