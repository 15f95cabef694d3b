import { invalidInput } from '@switchboard/errors';
import type { CreatePaymentInput } from '../use-cases/create-payment.ts';
import type { PaymentCreateInput } from './payment.inputs.ts';

/** What a caller asked for: null and absent are the same, and a metadata key stands once. */
export function toCreatePayment(input: PaymentCreateInput): CreatePaymentInput {
  const { idempotencyKey, provider, amount, description, customer, returnUrl } = input;
  const entries = (input.metadata ?? []).map(({ key, value }): [string, string] => [key, value]);
  const metadata = Object.fromEntries(entries);
  if (Object.keys(metadata).length !== entries.length) throw invalidInput('metadata holds a key twice.');
  return {
    idempotencyKey,
    provider,
    amount: { amountMinor: amount.amountMinor, currency: amount.currency },
    description,
    customer: {
      email: customer?.email ?? undefined,
      phone: customer?.phone ?? undefined,
      name: customer?.name ?? undefined,
    },
    metadata,
    returnUrl: returnUrl ?? undefined,
  };
}
