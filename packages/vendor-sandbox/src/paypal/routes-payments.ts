import type { AddRoute, PaypalRoutes } from './add-route.ts';
import { notFound } from './paypal-error.ts';

/** Payments v2. https://developer.paypal.com/docs/api/payments/v2/ */
export function registerPaymentRoutes(add: AddRoute, { checkout, resources }: PaypalRoutes): void {
  const found = <T>(value: T | undefined): T => {
    if (value === undefined) throw notFound();
    return value;
  };
  const minimal = ({ id, status, links }: { id: string; status: string; links: object }) => ({
    id,
    status,
    links,
  });

  /** https://developer.paypal.com/docs/api/payments/v2/#captures_get */
  add('GET', '/v2/payments/captures/:id', ({ account, params }) => ({
    status: 200,
    body: resources.capture(found(account.captures.get(params.id ?? ''))),
  }));

  /** https://developer.paypal.com/docs/api/payments/v2/#captures_refund */
  add('POST', '/v2/payments/captures/:id/refund', ({ account, params, body, wantsAll }) => {
    const capture = found(account.captures.get(params.id ?? ''));
    const refund = resources.refund(checkout.refund(account, capture, body));
    return { status: 201, body: wantsAll ? refund : minimal(refund) };
  });

  /** https://developer.paypal.com/docs/api/payments/v2/#refunds_get */
  add('GET', '/v2/payments/refunds/:id', ({ account, params }) => ({
    status: 200,
    body: resources.refund(found(account.refunds.get(params.id ?? ''))),
  }));

  /** https://developer.paypal.com/docs/api/payments/v2/#authorizations_get */
  add('GET', '/v2/payments/authorizations/:id', ({ account, params }) => ({
    status: 200,
    body: resources.authorization(found(account.authorizations.get(params.id ?? ''))),
  }));

  /** https://developer.paypal.com/docs/api/payments/v2/#authorizations_capture */
  add('POST', '/v2/payments/authorizations/:id/capture', ({ account, params, body, wantsAll }) => {
    const authorization = found(account.authorizations.get(params.id ?? ''));
    const capture = resources.capture(checkout.captureAuthorization(account, authorization, body));
    return { status: 201, body: wantsAll ? capture : minimal(capture) };
  });

  /** https://developer.paypal.com/docs/api/payments/v2/#authorizations_void */
  add('POST', '/v2/payments/authorizations/:id/void', ({ account, params, wantsAll }) => {
    const authorization = found(account.authorizations.get(params.id ?? ''));
    checkout.voidAuthorization(account, authorization);
    return wantsAll ? { status: 200, body: resources.authorization(authorization) } : { status: 204 };
  });
}
