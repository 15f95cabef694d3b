import type { FastifyInstance } from 'fastify';
import { PAGE_HEADERS, questionPage } from '../html.ts';
import type { StripeAccount } from './account.ts';
import { inWords } from './money.ts';
import type { PaymentIntent } from './objects.ts';
import type { StripePayments } from './payments.ts';
import { noSuch } from './stripe-error.ts';

interface PageRoute {
  Params: { intentId: string };
  Querystring: { client_secret?: string };
  Body: Record<string, unknown>;
}

/**
 * The bank's page of 3D Secure: the buyer completes or fails the authentication and returns to `return_url`.
 * https://docs.stripe.com/payments/3d-secure/authentication-flow#when-to-use-3d-secure
 */
export function registerAuthenticationPage(
  app: FastifyInstance,
  payments: StripePayments,
  accounts: () => Iterable<StripeAccount>,
): void {
  /** Whoever holds the client secret is the buyer. */
  const find = (intentId: string, clientSecret: string | undefined) => {
    for (const account of accounts()) {
      const intent = account.find<PaymentIntent>('payment_intent', intentId);
      if (intent && intent.client_secret === clientSecret) return { account, intent };
    }
    throw noSuch('payment_intent', intentId, 'intent', 404);
  };

  app.get<PageRoute>('/authenticate/:intentId', (request, reply) => {
    const { intent } = find(request.params.intentId, request.query.client_secret);
    return reply.headers(PAGE_HEADERS).send(
      questionPage({
        title: '3D Secure test page',
        facts: { Amount: inWords(intent.amount, intent.currency), Payment: intent.id },
        action: request.url,
        buttons: [
          { value: 'complete', label: 'Complete' },
          { value: 'fail', label: 'Fail' },
        ],
      }),
    );
  });

  app.post<PageRoute>('/authenticate/:intentId', (request, reply) => {
    const { account, intent } = find(request.params.intentId, request.query.client_secret);
    payments.authenticate(account, intent, request.body.answer === 'complete');
    if (!intent.return_url) return reply.code(204).send();
    const target = new URL(intent.return_url);
    target.searchParams.set('payment_intent', intent.id);
    target.searchParams.set('payment_intent_client_secret', intent.client_secret);
    target.searchParams.set(
      'redirect_status',
      intent.status === 'requires_payment_method' ? 'failed' : 'succeeded',
    );
    return reply.redirect(target.href, 303);
  });
}
