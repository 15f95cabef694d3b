import { type StripeAccount, stripeId } from './account.ts';
import { isEmail } from './create-intent.ts';
import type { StripeObject } from './objects.ts';
import type { Parameters } from './parameters.ts';
import { invalid } from './stripe-error.ts';

/** https://docs.stripe.com/api/customers/create */
export const CUSTOMER_PARAMETERS = [
  'address',
  'description',
  'email',
  'metadata',
  'name',
  'phone',
  'preferred_locales',
  'shipping',
  'tax_exempt',
] as const;

const LENGTH_MAX: Readonly<Record<string, number>> = { name: 256, phone: 20, email: 512, description: 350 };

/** Makes a customer. @throws StripeError */
export function createCustomer(
  account: StripeAccount,
  parameters: Parameters,
  created: number,
): StripeObject {
  const fields = customerFields(parameters, {});
  return account.save({
    id: `cus_${stripeId('x').slice(2, 16)}`,
    object: 'customer',
    address: null,
    balance: 0,
    created,
    currency: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    name: null,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
    ...fields,
  });
}

/** Applies an update. @throws StripeError */
export function updateCustomer(customer: StripeObject, parameters: Parameters): StripeObject {
  return Object.assign(customer, customerFields(parameters, customer.metadata as Record<string, string>));
}

function customerFields(parameters: Parameters, metadata: Record<string, string>): Record<string, unknown> {
  const fields: Record<string, unknown> = { metadata: parameters.metadata(metadata) };
  for (const [name, lengthMax] of Object.entries(LENGTH_MAX)) {
    const value = parameters.unsettable(name);
    if (value === undefined) continue;
    if (value !== null && value.length > lengthMax) {
      throw invalid(`Invalid string: ${value.slice(0, 20)}...; must be at most ${lengthMax} characters`, {
        param: name,
      });
    }
    fields[name] = value;
  }
  if (typeof fields.email === 'string' && !isEmail(fields.email)) {
    throw invalid(`Invalid email address: ${fields.email}`, { param: 'email', code: 'email_invalid' });
  }
  for (const name of ['address', 'shipping']) {
    const value = parameters.hash(name);
    if (value) fields[name] = value;
  }
  const locales = parameters.list('preferred_locales');
  if (locales) fields.preferred_locales = locales;
  const taxExempt = parameters.oneOf('tax_exempt', ['none', 'exempt', 'reverse']);
  if (taxExempt) fields.tax_exempt = taxExempt;
  return fields;
}
