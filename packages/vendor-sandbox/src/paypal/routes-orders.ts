import type { Order, PaypalAccount } from './account.ts';
import type { AddRoute, PaypalRoutes } from './add-route.ts';
import { malformed, notFound } from './paypal-error.ts';
import { readOrder } from './read-order.ts';

/** Orders v2. https://developer.paypal.com/docs/api/orders/v2/ */
export function registerOrderRoutes(add: AddRoute, { world, checkout, resources }: PaypalRoutes): void {
  /** https://developer.paypal.com/docs/api/orders/v2/#orders_create */
  add('POST', '/v2/checkout/orders', ({ account, body, hasRequestId, wantsAll }) => {
    const order = readOrder(body, world.now());
    if (body.payment_source !== undefined && !hasRequestId) {
      throw malformed({
        field: 'PayPal-Request-Id',
        location: 'header',
        issue: 'PAYPAL_REQUEST_ID_REQUIRED',
        description:
          "A PayPal-Request-Id is required if you are trying to process payment for an Order. Please specify a PayPal-Request-Id or Create the Order without a 'payment_source' specified.",
      });
    }
    account.orders.set(order.id, order);
    return { status: 201, body: wantsAll ? resources.order(account, order) : resources.minimalOrder(order) };
  });

  /** https://developer.paypal.com/docs/api/orders/v2/#orders_get */
  add('GET', '/v2/checkout/orders/:id', ({ account, params }) => ({
    status: 200,
    body: resources.order(account, orderOf(account, params.id)),
  }));

  /** https://developer.paypal.com/docs/api/orders/v2/#orders_capture */
  add('POST', '/v2/checkout/orders/:id/capture', ({ account, params, wantsAll }) => {
    const order = orderOf(account, params.id);
    checkout.captureOrder(account, order);
    return { status: 201, body: wantsAll ? resources.order(account, order) : resources.settledOrder(order) };
  });

  /** https://developer.paypal.com/docs/api/orders/v2/#orders_authorize */
  add('POST', '/v2/checkout/orders/:id/authorize', ({ account, params, wantsAll }) => {
    const order = orderOf(account, params.id);
    checkout.authorizeOrder(account, order);
    return { status: 201, body: wantsAll ? resources.order(account, order) : resources.settledOrder(order) };
  });
}

function orderOf(account: PaypalAccount, id = ''): Order {
  const order = account.orders.get(id);
  if (!order) throw notFound();
  return order;
}
