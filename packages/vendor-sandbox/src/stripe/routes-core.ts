import { alphanumericId } from '../random-ids.ts';
import type { AddRoute, StripeRoutes } from './add-route.ts';
import { CUSTOMER_PARAMETERS, createCustomer, updateCustomer } from './customers.ts';
import { addEndpoint } from './events.ts';
import { LIST_PARAMETERS, pageOf } from './list.ts';
import type { StripeObject } from './objects.ts';
import { Parameters } from './parameters.ts';
import { paymentMethodFromForm, usePaymentMethod } from './payment-methods.ts';
import { objectOf } from './routes-payments.ts';
import { invalid, missing, noSuch } from './stripe-error.ts';

/** Customers, payment methods, events, webhook endpoints and the account itself. */
export function registerCoreRoutes(add: AddRoute, { events }: StripeRoutes): void {
  /** https://docs.stripe.com/api/customers/create */
  add('POST', '/v1/customers', ({ account, form, cause }) => {
    const parameters = new Parameters(form, CUSTOMER_PARAMETERS);
    const customer = createCustomer(account, parameters, events.nowSeconds());
    events.emit(account, 'customer.created', customer, cause);
    return customer;
  });

  /** https://docs.stripe.com/api/customers/list */
  add('GET', '/v1/customers', ({ account, form }) => {
    const email = new Parameters(form, [...LIST_PARAMETERS, 'email']).text('email');
    const customers = account.all('customer');
    return pageOf('/v1/customers', form, email ? customers.filter((one) => one.email === email) : customers);
  });

  /** https://docs.stripe.com/api/customers/retrieve */
  add('GET', '/v1/customers/:id', ({ account }, { id }) => objectOf(account, 'customer', id));

  /** https://docs.stripe.com/api/customers/update */
  add('POST', '/v1/customers/:id', ({ account, form, cause }, { id }) => {
    const parameters = new Parameters(form, CUSTOMER_PARAMETERS);
    const customer = updateCustomer(objectOf(account, 'customer', id), parameters);
    events.emit(account, 'customer.updated', customer, cause);
    return customer;
  });

  /** https://docs.stripe.com/api/customers/delete */
  add('DELETE', '/v1/customers/:id', ({ account, cause }, { id }) => {
    const customer = objectOf(account, 'customer', id);
    account.objects.delete(customer.id);
    events.emit(account, 'customer.deleted', customer, cause);
    return { id: customer.id, object: 'customer', deleted: true };
  });

  /** https://docs.stripe.com/api/payment_methods/create */
  add('POST', '/v1/payment_methods', ({ account, form }) =>
    paymentMethodFromForm(account, form, events.nowSeconds()),
  );

  /** https://docs.stripe.com/api/payment_methods/retrieve */
  add('GET', '/v1/payment_methods/:id', ({ account }, { id }) => objectOf(account, 'payment_method', id));

  /** https://docs.stripe.com/api/payment_methods/attach */
  add('POST', '/v1/payment_methods/:id/attach', ({ account, form, cause }, { id = '' }) => {
    const customer = new Parameters(form, ['customer']).requiredText('customer');
    if (!account.find('customer', customer)) throw noSuch('customer', customer, 'customer', 400);
    const { paymentMethod } = usePaymentMethod(account, id, events.nowSeconds());
    paymentMethod.customer = customer;
    events.emit(account, 'payment_method.attached', paymentMethod, cause);
    return paymentMethod;
  });

  /** https://docs.stripe.com/api/events/list */
  add('GET', '/v1/events', ({ account, form }) => {
    const parameters = new Parameters(form, [...LIST_PARAMETERS, 'type', 'types', 'delivery_success']);
    const type = parameters.text('type');
    const types = parameters.list('types') ?? (type ? [type] : undefined);
    const found = account.all('event').filter((event) => !types || types.includes(String(event.type)));
    return pageOf('/v1/events', form, found);
  });

  /** https://docs.stripe.com/api/events/retrieve */
  add('GET', '/v1/events/:id', ({ account }, { id }) => objectOf(account, 'event', id));

  /** https://docs.stripe.com/api/webhook_endpoints/create: the only answer with the secret. */
  add('POST', '/v1/webhook_endpoints', ({ account, form }) => {
    const parameters = new Parameters(form, [
      'enabled_events',
      'url',
      'api_version',
      'connect',
      'description',
      'metadata',
    ]);
    const url = parameters.requiredText('url');
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw invalid('Invalid URL: An explicit scheme (such as https) must be provided.', {
        param: 'url',
        code: 'url_invalid',
      });
    }
    const enabledEvents = parameters.list('enabled_events');
    if (!enabledEvents || enabledEvents.length === 0) throw missing('enabled_events');
    const secret = `whsec_${alphanumericId(32)}`;
    const endpoint = addEndpoint(account, {
      url,
      enabledEvents,
      secret,
      created: events.nowSeconds(),
      description: parameters.text('description') ?? null,
      metadata: parameters.metadata(),
    });
    return { ...endpoint, secret };
  });

  /** https://docs.stripe.com/api/webhook_endpoints/list */
  add('GET', '/v1/webhook_endpoints', ({ account, form }) => {
    new Parameters(form, LIST_PARAMETERS);
    const endpoints: StripeObject[] = [...account.endpoints.values()]
      .map(({ endpoint }) => endpoint)
      .reverse();
    return pageOf('/v1/webhook_endpoints', form, endpoints);
  });

  /** https://docs.stripe.com/api/webhook_endpoints/retrieve */
  add('GET', '/v1/webhook_endpoints/:id', ({ account }, { id = '' }) => {
    const found = account.endpoints.get(id);
    if (!found) throw noSuch('webhook endpoint', id, 'id', 404);
    return found.endpoint;
  });

  /** https://docs.stripe.com/api/webhook_endpoints/delete */
  add('DELETE', '/v1/webhook_endpoints/:id', ({ account }, { id = '' }) => {
    if (!account.endpoints.delete(id)) throw noSuch('webhook endpoint', id, 'id', 404);
    return { id, object: 'webhook_endpoint', deleted: true };
  });

  /** https://docs.stripe.com/api/accounts/retrieve */
  add('GET', '/v1/account', ({ account }) => ({
    id: account.id,
    object: 'account',
    charges_enabled: true,
    country: 'US',
    default_currency: 'usd',
    details_submitted: true,
    email: null,
    payouts_enabled: true,
    type: 'standard',
  }));

  /** https://docs.stripe.com/api/balance/balance_retrieve */
  add('GET', '/v1/balance', ({ account }) => {
    const sums = new Map<string, number>();
    for (const transaction of account.all('balance_transaction')) {
      const currency = String(transaction.currency);
      sums.set(currency, (sums.get(currency) ?? 0) + Number(transaction.net));
    }
    const pending = [...sums].map(([currency, amount]) => ({
      amount,
      currency,
      source_types: { card: amount },
    }));
    return { object: 'balance', available: [], livemode: false, pending };
  });
}
