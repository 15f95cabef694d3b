import {
  CheckoutPaymentIntent,
  type Client,
  OrdersController,
  PaymentsController,
  PaypalExperienceUserAction,
  PaypalWalletContextShippingPreference,
} from '@paypal/paypal-server-sdk';
import { AppError } from '@switchboard/errors';
import type { ProviderCall } from '@switchboard/providers';
import type { PaymentProvider } from '../payment-provider.ts';
import { forgetPaypalClient, paypalClient } from './paypal.client.ts';
import { isTokenRefused, isToldByALook, PREMATURE, toProviderError } from './paypal.errors.ts';
import { toPaymentSnapshot, toPaypalMoney, toRefundSnapshot } from './paypal.mapping.ts';

/** Answers hold the whole resource, not only its id and links. */
const WHOLE = 'return=representation';
/** developer.paypal.com/docs/api/orders/v2/#orders_create, purchase_units[].description */
const DESCRIPTION_LENGTH_MAX = 127;

/** PayPal by its own SDK: orders that the customer approves, their capture, refunds. Orders cannot be called off. */
export const paypalProvider = {
  id: 'paypal',
  isPremature: (vendorCode) => PREMATURE.has(vendorCode),
  desk: {
    requireTakable: (amount) => void toPaypalMoney(amount),
    async open(order, call) {
      const { returnUrl } = order;
      const created = await attempt('orders.create', call, (client) =>
        new OrdersController(client).createOrder(
          {
            paypalRequestId: call.idempotencyKey,
            prefer: WHOLE,
            body: {
              intent: CheckoutPaymentIntent.Capture,
              purchaseUnits: [
                {
                  customId: order.paymentId,
                  description: [...order.description].slice(0, DESCRIPTION_LENGTH_MAX).join(''),
                  amount: toPaypalMoney(order.amount),
                },
              ],
              paymentSource: {
                paypal: {
                  experienceContext: {
                    userAction: PaypalExperienceUserAction.PayNow,
                    shippingPreference: PaypalWalletContextShippingPreference.NoShipping,
                    ...(returnUrl && { returnUrl, cancelUrl: returnUrl }),
                  },
                },
              },
            },
          },
          { abortSignal: call.signal },
        ),
      );
      return isReplayed(created) ? look(created.result.id ?? '', call) : toPaymentSnapshot(created.result);
    },
    look: (providerPaymentId, call) => look(providerPaymentId, call),
  },
  capturer: {
    async capture(providerPaymentId, call) {
      try {
        const captured = await attempt('orders.capture', call, (client) =>
          new OrdersController(client).captureOrder(
            { id: providerPaymentId, paypalRequestId: call.idempotencyKey, prefer: WHOLE },
            { abortSignal: call.signal },
          ),
        );
        return isReplayed(captured) ? look(providerPaymentId, call) : toPaymentSnapshot(captured.result);
      } catch (thrown) {
        if (thrown instanceof AppError && isToldByALook(thrown.cause)) return look(providerPaymentId, call);
        throw thrown;
      }
    },
  },
  refunder: {
    async refund(order, call) {
      const refund = await attempt('captures.refund', call, (client) =>
        new PaymentsController(client).refundCapturedPayment(
          {
            captureId: order.providerChargeId ?? '',
            paypalRequestId: call.idempotencyKey,
            prefer: WHOLE,
            body: { amount: toPaypalMoney(order.amount), customId: order.refundId },
          },
          { abortSignal: call.signal },
        ),
      );
      return toRefundSnapshot(refund.result);
    },
    async look(providerRefundId, call) {
      const refund = await attempt('refunds.get', call, (client) =>
        new PaymentsController(client).getRefund(
          { refundId: providerRefundId },
          { abortSignal: call.signal },
        ),
      );
      return toRefundSnapshot(refund.result);
    },
  },
  checker: {
    async check(call) {
      // A token that is kept outlives the credential it was given for by hours, so one is asked for anew.
      await attempt('oauth2.token', call, (client) => client.clientCredentialsAuthManager.fetchToken());
    },
  },
} satisfies PaymentProvider;

/**
 * A repeated request is answered as the first was, with 200 instead of 201, however the order stands by now
 * (developer.paypal.com/api/rest/reference/idempotency).
 */
function isReplayed({ statusCode }: { readonly statusCode: number }): boolean {
  return statusCode === 200;
}

async function look(orderId: string, call: ProviderCall) {
  const order = await attempt('orders.get', call, (client) =>
    new OrdersController(client).getOrder({ id: orderId }, { abortSignal: call.signal }),
  );
  return toPaymentSnapshot(order.result);
}

async function attempt<T>(
  operation: string,
  { credential }: ProviderCall,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  try {
    return await work(paypalClient(credential));
  } catch (thrown) {
    if (isTokenRefused(thrown)) forgetPaypalClient(credential);
    // An amount that cannot be said to PayPal was refused before PayPal heard of it.
    throw thrown instanceof AppError ? thrown : toProviderError(operation, thrown);
  }
}
