import type { FastifyInstance } from 'fastify';
import { PAGE_HEADERS, questionPage } from '../html.ts';
import type { Order, PaypalAccount } from './account.ts';
import type { PaypalCheckout } from './checkout.ts';
import { fromMinor, toMinor } from './money.ts';

interface PageRoute {
  Querystring: { token?: string };
  Body: Record<string, unknown>;
}

/**
 * The page that the order's `approve` link leads to. The buyer approves and returns to `return_url` with the order's
 * id as `token`, or goes to `cancel_url`.
 * https://developer.paypal.com/docs/api/orders/v2/#orders_create (links, rel approve)
 */
export function registerApprovalPage(
  app: FastifyInstance,
  checkout: PaypalCheckout,
  find: (orderId: string) => { account: PaypalAccount; order: Order } | undefined,
): void {
  app.get<PageRoute>('/checkoutnow', (request, reply) => {
    const found = find(request.query.token ?? '');
    if (!found) return reply.code(404).type('text/plain').send('There is no such order.');
    const { order } = found;
    const currency = order.units[0]?.amount.currency_code ?? 'USD';
    const total = order.units.reduce((sum, unit) => sum + toMinor(unit.amount), 0);
    return reply.headers(PAGE_HEADERS).send(
      questionPage({
        title: 'Approve the payment',
        facts: {
          Amount: `${fromMinor(total, currency).value} ${currency}`,
          For: order.units[0]?.description ?? order.units[0]?.referenceId ?? '',
          Order: order.id,
          Status: order.status,
        },
        action: request.url,
        buttons: [
          { value: 'approve', label: 'Approve' },
          { value: 'cancel', label: 'Cancel' },
        ],
      }),
    );
  });

  app.post<PageRoute>('/checkoutnow', (request, reply) => {
    const found = find(request.query.token ?? '');
    if (!found) return reply.code(404).type('text/plain').send('There is no such order.');
    const { account, order } = found;
    const isApproved = request.body.answer !== 'cancel';
    if (isApproved) checkout.approve(account, order);
    const target = isApproved ? order.returnUrl : order.cancelUrl;
    if (target === null) {
      return reply.type('text/plain').send(isApproved ? 'The order is approved.' : 'Nothing was approved.');
    }
    const url = new URL(target);
    url.searchParams.set('token', order.id);
    if (isApproved && order.payerId) url.searchParams.set('PayerID', order.payerId);
    return reply.redirect(url.href, 303);
  });
}
