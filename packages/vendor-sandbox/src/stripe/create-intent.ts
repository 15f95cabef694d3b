import { alphanumericId } from '../random-ids.ts';
import { type StripeAccount, stripeId } from './account.ts';
import { checkAmount, checkCurrency } from './money.ts';
import type { PaymentIntent } from './objects.ts';
import type { Parameters } from './parameters.ts';
import { usePaymentMethod } from './payment-methods.ts';
import { invalid, noSuch, refused } from './stripe-error.ts';

const CAPTURE_METHODS = ['automatic', 'automatic_async', 'manual'] as const;
const DESCRIPTOR_MAX = 22;

/** Parameters of creation that this sandbox acts on or accepts. https://docs.stripe.com/api/payment_intents/create */
export const CREATE_PARAMETERS = [
  'amount',
  'currency',
  'allowed_payment_method_types',
  'automatic_payment_methods',
  'capture_method',
  'confirm',
  'confirmation_method',
  'customer',
  'description',
  'error_on_requires_action',
  'mandate_data',
  'metadata',
  'off_session',
  'payment_method',
  'payment_method_options',
  'payment_method_types',
  'receipt_email',
  'return_url',
  'setup_future_usage',
  'shipping',
  'statement_descriptor',
  'statement_descriptor_suffix',
  'use_stripe_sdk',
] as const;

/** Parameters of an update. https://docs.stripe.com/api/payment_intents/update */
export const UPDATE_PARAMETERS = [
  'amount',
  'allowed_payment_method_types',
  'capture_method',
  'currency',
  'customer',
  'description',
  'metadata',
  'payment_method',
  'payment_method_options',
  'payment_method_types',
  'receipt_email',
  'setup_future_usage',
  'shipping',
  'statement_descriptor',
  'statement_descriptor_suffix',
] as const;

/** Makes a payment intent from checked parameters; it is not confirmed yet. @throws StripeError */
export function createIntent(account: StripeAccount, parameters: Parameters, created: number): PaymentIntent {
  const amount = parameters.requiredInteger('amount');
  const currency = checkCurrency(parameters.requiredText('currency'));
  checkAmount(amount, currency);
  const types = parameters.list('payment_method_types') ?? parameters.list('allowed_payment_method_types');
  const automatic = parameters.hash('automatic_payment_methods');
  if (parameters.has('payment_method_types') && automatic?.enabled === 'true') {
    throw invalid(
      'You may only specify one of these parameters: automatic_payment_methods, payment_method_types.',
      { param: 'automatic_payment_methods' },
    );
  }
  const customer = customerIn(account, parameters);
  const method = parameters.text('payment_method');
  const paymentMethod = method ? usePaymentMethod(account, method, created).paymentMethod.id : null;
  const returnUrl = parameters.text('return_url');
  if (returnUrl && parameters.boolean('confirm') !== true) {
    throw invalid(
      'The parameter return_url cannot be passed when creating a PaymentIntent unless confirm is set to true.',
      {
        param: 'return_url',
      },
    );
  }
  const id = stripeId('pi');
  return account.save<PaymentIntent>({
    id,
    object: 'payment_intent',
    amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: types
      ? null
      : { enabled: true, allow_redirects: automatic?.allow_redirects ?? 'always' },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: parameters.oneOf('capture_method', CAPTURE_METHODS) ?? 'automatic_async',
    client_secret: `${id}_secret_${alphanumericId(25)}`,
    confirmation_method: parameters.oneOf('confirmation_method', ['automatic', 'manual']) ?? 'automatic',
    created,
    currency,
    customer: customer ?? null,
    description: parameters.unsettable('description') ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: parameters.metadata(),
    next_action: null,
    on_behalf_of: null,
    payment_method: paymentMethod,
    payment_method_options: {},
    payment_method_types: types ?? ['card', 'us_bank_account'],
    processing: null,
    receipt_email: email(parameters) ?? null,
    review: null,
    setup_future_usage: parameters.oneOf('setup_future_usage', ['off_session', 'on_session']) ?? null,
    shipping: parameters.hash('shipping') ?? null,
    source: null,
    statement_descriptor: descriptor(parameters, 'statement_descriptor'),
    statement_descriptor_suffix: descriptor(parameters, 'statement_descriptor_suffix'),
    status: paymentMethod ? 'requires_confirmation' : 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  });
}

/** Applies an update. @throws StripeError when the intent is too far for it */
export function updateIntent(
  account: StripeAccount,
  intent: PaymentIntent,
  parameters: Parameters,
  created: number,
): PaymentIntent {
  const isOpen = ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(
    intent.status,
  );
  for (const name of ['amount', 'currency', 'payment_method', 'capture_method'] as const) {
    if (parameters.has(name) && !isOpen) {
      throw refused(
        `This PaymentIntent's ${name} could not be updated because it has a status of ${intent.status}. You may only update the ${name} of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.`,
        { param: name, code: 'payment_intent_unexpected_state', payment_intent: intent },
      );
    }
  }
  const currency = checkCurrency(parameters.text('currency') ?? intent.currency);
  const amount = parameters.integer('amount') ?? intent.amount;
  checkAmount(amount, currency);
  const method = parameters.text('payment_method');
  const customer = customerIn(account, parameters);
  const description = parameters.unsettable('description');
  const receiptEmail = email(parameters);
  const metadata = parameters.metadata(intent.metadata);
  const captureMethod = parameters.oneOf('capture_method', CAPTURE_METHODS);

  Object.assign(intent, { amount, currency, metadata });
  if (captureMethod) intent.capture_method = captureMethod;
  if (customer !== undefined) intent.customer = customer;
  if (description !== undefined) intent.description = description;
  if (receiptEmail !== undefined) intent.receipt_email = receiptEmail;
  if (method) {
    intent.payment_method = usePaymentMethod(account, method, created).paymentMethod.id;
    intent.status = 'requires_confirmation';
  }
  return intent;
}

function customerIn(account: StripeAccount, parameters: Parameters): string | undefined {
  const customer = parameters.text('customer');
  if (customer && !account.find('customer', customer)) throw noSuch('customer', customer, 'customer', 400);
  return customer;
}

function email(parameters: Parameters): string | null | undefined {
  const address = parameters.unsettable('receipt_email');
  if (address && !isEmail(address)) {
    throw invalid(`Invalid email address: ${address}`, { param: 'receipt_email', code: 'email_invalid' });
  }
  return address;
}

/** Whether Stripe would take this as an address. */
export const isEmail = (address: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(address);

/** https://docs.stripe.com/get-started/account/statement-descriptors#requirements */
function descriptor(parameters: Parameters, name: string): string | null {
  const text = parameters.text(name);
  if (text === undefined) return null;
  if (text.length > DESCRIPTOR_MAX || /[<>\\'"*]/.test(text) || !/[A-Za-z]/.test(text)) {
    throw invalid(
      `The statement descriptor must be at most ${DESCRIPTOR_MAX} characters, contain a letter and none of <>\\'"*.`,
      { param: name },
    );
  }
  return text;
}
