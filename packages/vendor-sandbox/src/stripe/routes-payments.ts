import type { StripeAccount } from './account.ts';
import type { AddRoute, StripeRoutes } from './add-route.ts';
import { CREATE_PARAMETERS, createIntent, UPDATE_PARAMETERS, updateIntent } from './create-intent.ts';
import { LIST_PARAMETERS, pageOf } from './list.ts';
import type { Charge, PaymentIntent, Refund, StripeObject } from './objects.ts';
import { Parameters } from './parameters.ts';
import type { Confirmation } from './payments.ts';
import { REFUND_PARAMETERS } from './refunds.ts';
import { noSuch } from './stripe-error.ts';

const CONFIRM_PARAMETERS = [
  'allowed_payment_method_types',
  'capture_method',
  'error_on_requires_action',
  'mandate_data',
  'off_session',
  'payment_method',
  'payment_method_options',
  'payment_method_types',
  'receipt_email',
  'return_url',
  'setup_future_usage',
  'shipping',
  'use_stripe_sdk',
] as const;
const CANCEL_REASONS = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const;

/** Payment intents, charges, refunds and the books. */
export function registerPaymentRoutes(add: AddRoute, { events, payments, refunds }: StripeRoutes): void {
  /** https://docs.stripe.com/api/payment_intents/create */
  add('POST', '/v1/payment_intents', ({ account, form, cause }) => {
    const parameters = new Parameters(form, CREATE_PARAMETERS);
    const intent = createIntent(account, parameters, events.nowSeconds());
    events.emit(account, 'payment_intent.created', intent, cause);
    if (parameters.boolean('confirm')) payments.confirm(account, intent, confirmation(parameters), cause);
    return intent;
  });

  /** https://docs.stripe.com/api/payment_intents/list */
  add('GET', '/v1/payment_intents', ({ account, form }) => {
    const parameters = new Parameters(form, [...LIST_PARAMETERS, 'customer']);
    const customer = parameters.text('customer');
    const intents = account.all<PaymentIntent>('payment_intent');
    return pageOf(
      '/v1/payment_intents',
      form,
      customer ? intents.filter((intent) => intent.customer === customer) : intents,
    );
  });

  /** https://docs.stripe.com/api/payment_intents/retrieve */
  add('GET', '/v1/payment_intents/:id', ({ account }, { id }) => intentOf(account, id));

  /** https://docs.stripe.com/api/payment_intents/update */
  add('POST', '/v1/payment_intents/:id', ({ account, form }, { id }) =>
    updateIntent(
      account,
      intentOf(account, id),
      new Parameters(form, UPDATE_PARAMETERS),
      events.nowSeconds(),
    ),
  );

  /** https://docs.stripe.com/api/payment_intents/confirm */
  add('POST', '/v1/payment_intents/:id/confirm', ({ account, form, cause }, { id }) => {
    const intent = intentOf(account, id);
    payments.confirm(account, intent, confirmation(new Parameters(form, CONFIRM_PARAMETERS)), cause);
    return intent;
  });

  /** https://docs.stripe.com/api/payment_intents/capture */
  add('POST', '/v1/payment_intents/:id/capture', ({ account, form, cause }, { id }) => {
    const parameters = new Parameters(form, [
      'amount_to_capture',
      'final_capture',
      'metadata',
      'statement_descriptor',
      'statement_descriptor_suffix',
    ]);
    const intent = intentOf(account, id);
    const metadata = parameters.metadata(intent.metadata);
    payments.capture(account, intent, parameters.integer('amount_to_capture'), cause);
    intent.metadata = metadata;
    return intent;
  });

  /** https://docs.stripe.com/api/payment_intents/cancel */
  add('POST', '/v1/payment_intents/:id/cancel', ({ account, form, cause }, { id }) => {
    const parameters = new Parameters(form, ['cancellation_reason']);
    const intent = intentOf(account, id);
    payments.cancel(account, intent, parameters.oneOf('cancellation_reason', CANCEL_REASONS), cause);
    return intent;
  });

  /** https://docs.stripe.com/api/charges/retrieve */
  add('GET', '/v1/charges/:id', ({ account }, { id }) => objectOf<Charge>(account, 'charge', id));

  /** https://docs.stripe.com/api/charges/list */
  add('GET', '/v1/charges', ({ account, form }) => {
    const parameters = new Parameters(form, [...LIST_PARAMETERS, 'payment_intent', 'customer']);
    const intent = parameters.text('payment_intent');
    const customer = parameters.text('customer');
    const charges = account
      .all<Charge>('charge')
      .filter(
        (charge) =>
          (!intent || charge.payment_intent === intent) && (!customer || charge.customer === customer),
      );
    return pageOf('/v1/charges', form, charges);
  });

  /** https://docs.stripe.com/api/refunds/create */
  add('POST', '/v1/refunds', ({ account, form, cause }) =>
    refunds.create(account, new Parameters(form, REFUND_PARAMETERS), cause),
  );

  /** https://docs.stripe.com/api/refunds/list */
  add('GET', '/v1/refunds', ({ account, form }) => {
    const parameters = new Parameters(form, [...LIST_PARAMETERS, 'payment_intent', 'charge']);
    const intent = parameters.text('payment_intent');
    const charge = parameters.text('charge');
    const found = account
      .all<Refund>('refund')
      .filter(
        (refund) => (!intent || refund.payment_intent === intent) && (!charge || refund.charge === charge),
      );
    return pageOf('/v1/refunds', form, found);
  });

  /** https://docs.stripe.com/api/refunds/retrieve */
  add('GET', '/v1/refunds/:id', ({ account }, { id }) => objectOf<Refund>(account, 'refund', id));

  /** https://docs.stripe.com/api/refunds/update */
  add('POST', '/v1/refunds/:id', ({ account, form, cause }, { id }) => {
    const refund = objectOf<Refund>(account, 'refund', id);
    refund.metadata = new Parameters(form, ['metadata']).metadata(refund.metadata);
    events.emit(account, 'refund.updated', refund, cause);
    return refund;
  });

  /** https://docs.stripe.com/api/balance_transactions/retrieve */
  add('GET', '/v1/balance_transactions/:id', ({ account }, { id }) =>
    objectOf(account, 'balance_transaction', id),
  );
}

function confirmation(parameters: Parameters): Confirmation {
  return {
    paymentMethod: parameters.text('payment_method'),
    returnUrl: parameters.text('return_url'),
    offSession: offSession(parameters),
    errorOnRequiresAction: parameters.boolean('error_on_requires_action'),
    isFromBrowser: parameters.boolean('use_stripe_sdk'),
  };
}

/** A boolean, or the words `one_off` and `recurring`, which mean true. */
function offSession(parameters: Parameters): boolean | undefined {
  const value = parameters.text('off_session');
  return value === 'one_off' || value === 'recurring' ? true : parameters.boolean('off_session');
}

const intentOf = (account: StripeAccount, id = ''): PaymentIntent => {
  const intent = account.find<PaymentIntent>('payment_intent', id);
  if (!intent) throw noSuch('payment_intent', id, 'intent', 404);
  return intent;
};

/** @throws StripeError 404 */
export function objectOf<T extends StripeObject>(
  account: StripeAccount,
  kind: T['object'],
  id: string | undefined,
): T {
  const found = account.find<T>(kind, id ?? '');
  if (!found) throw noSuch(kind.replace('_', ' '), id ?? '', 'id', 404);
  return found;
}
