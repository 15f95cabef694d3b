import type { NestedForm } from '../forms.ts';
import { type StripeAccount, stripeId } from './account.ts';
import type { StripeObject } from './objects.ts';
import { invalid, missing, noSuch } from './stripe-error.ts';
import { type TestPaymentMethod, testPaymentMethod } from './test-payment-methods.ts';

/** A payment method and how it behaves. */
export interface UsablePaymentMethod {
  readonly paymentMethod: StripeObject;
  readonly behaviour: TestPaymentMethod;
}

/**
 * The payment method with this id. A test token makes a new one each time, as with Stripe.
 * @throws StripeError 400 if there is none
 */
export function usePaymentMethod(
  account: StripeAccount,
  idOrToken: string,
  created: number,
): UsablePaymentMethod {
  const kept = account.find('payment_method', idOrToken);
  const known = account.behaviours.get(idOrToken);
  if (kept && known) return { paymentMethod: kept, behaviour: known };
  const behaviour = testPaymentMethod(idOrToken);
  if (!behaviour) throw noSuch('PaymentMethod', idOrToken, 'payment_method', 400);
  return { paymentMethod: createPaymentMethod(account, behaviour, created), behaviour };
}

/** `POST /v1/payment_methods` with a test token. Card numbers are refused, as Stripe does by default. */
export function paymentMethodFromForm(
  account: StripeAccount,
  form: NestedForm,
  created: number,
): StripeObject {
  if (form.type === undefined) throw missing('type');
  if (form.type !== 'card') {
    throw invalid(`The payment method type provided: ${String(form.type)} is invalid.`, { param: 'type' });
  }
  const { card } = form;
  if (typeof card !== 'object' || Array.isArray(card)) throw missing('card');
  if (typeof card.token !== 'string') {
    throw invalid(
      'Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://docs.stripe.com/testing.',
      { param: 'card[number]' },
    );
  }
  const behaviour = testPaymentMethod(card.token);
  if (!behaviour) throw noSuch('token', card.token, 'card[token]', 400);
  return createPaymentMethod(account, behaviour, created);
}

function createPaymentMethod(
  account: StripeAccount,
  behaviour: TestPaymentMethod,
  created: number,
): StripeObject {
  const paymentMethod = account.save({
    id: stripeId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    created,
    customer: null,
    livemode: false,
    metadata: {},
    type: behaviour.type,
    [behaviour.type]: paymentMethodDetails(behaviour),
  });
  account.behaviours.set(paymentMethod.id, behaviour);
  return paymentMethod;
}

/** What a payment method or a charge shows of the card or bank account. */
export function paymentMethodDetails(behaviour: TestPaymentMethod): Record<string, unknown> {
  if (behaviour.type === 'us_bank_account') {
    return {
      account_holder_type: 'individual',
      account_type: 'checking',
      bank_name: behaviour.brand,
      fingerprint: 'sandboxBank',
      last4: behaviour.last4,
      routing_number: '110000000',
    };
  }
  return {
    brand: behaviour.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    exp_month: 12,
    exp_year: new Date().getUTCFullYear() + 3,
    fingerprint: 'sandboxCard',
    funding: 'credit',
    last4: behaviour.last4,
    network: behaviour.brand,
    three_d_secure: null,
    wallet: null,
  };
}
