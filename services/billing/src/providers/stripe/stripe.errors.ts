import { type FailureCode, ProviderError } from '@switchboard/errors';
import Stripe from 'stripe';

// docs.stripe.com/error-codes; what is not listed goes by type and HTTP status.
const CODES: Readonly<Record<string, FailureCode>> = {
  api_key_expired: 'RECONNECT_REQUIRED',
  platform_api_key_expired: 'RECONNECT_REQUIRED',
  account_invalid: 'RECONNECT_REQUIRED',
  rate_limit: 'RATE_LIMITED',
  // Another request holds the object, or the same one still runs: both pass.
  lock_timeout: 'UNAVAILABLE',
  idempotency_key_in_use: 'UNAVAILABLE',
  resource_missing: 'REJECTED',
};

const PUBLIC_MESSAGES: Readonly<Record<string, string>> = {
  amount_too_small: 'The amount is below the least that Stripe takes in this currency.',
  amount_too_large: 'The amount is above the most that Stripe takes.',
  charge_already_refunded: 'The payment was already given back.',
  payment_intent_unexpected_state: 'The payment does not stand so that this can be done.',
};

/**
 * The only place that knows how Stripe says no. Writes carry an idempotency key that Stripe honours, so a lost
 * answer is UNAVAILABLE: it is asked for again.
 */
export function toProviderError(operation: string, thrown: unknown): ProviderError {
  if (!(thrown instanceof Stripe.errors.StripeError)) {
    return new ProviderError('INTERNAL', { vendor: 'stripe', operation }, { cause: thrown });
  }
  const { code, decline_code, requestId } = thrown;
  const vendorCode = (decline_code ?? code ?? thrown.rawType)?.toUpperCase();
  return new ProviderError(
    codeFor(thrown),
    { vendor: 'stripe', operation, vendorCode, vendorRequestId: requestId },
    { cause: thrown, publicMessage: PUBLIC_MESSAGES[code ?? ''], retryAfterMs: retryAfterOf(thrown) },
  );
}

function codeFor(error: Stripe.errors.StripeError): FailureCode {
  const { errors } = Stripe;
  const listed = CODES[error.code ?? ''];
  if (listed) return listed;
  if (error instanceof errors.StripeConnectionError) return 'UNAVAILABLE';
  if (error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError) {
    return 'RECONNECT_REQUIRED';
  }
  if (error instanceof errors.StripeRateLimitError || error.statusCode === 429) return 'RATE_LIMITED';
  // Other parameters under our key: a defect of ours that repeating does not mend.
  if (error instanceof errors.StripeIdempotencyError) return 'CONFLICT';
  // A kept 500 is answered again for ever (docs.stripe.com/api/idempotent_requests): nobody knows what it did.
  if ((error.statusCode ?? 0) >= 500) {
    return error.headers?.['idempotent-replayed'] === 'true' ? 'OUTCOME_UNKNOWN' : 'UNAVAILABLE';
  }
  return error.statusCode === undefined ? 'UNAVAILABLE' : 'REJECTED';
}

function retryAfterOf({ headers }: Stripe.errors.StripeError): number | undefined {
  const seconds = Number(headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}

/** Whether Stripe refused because of how the payment stands or because a bank declined: then a look tells all. */
export function isAboutTheIntent(thrown: unknown): boolean {
  if (!(thrown instanceof Stripe.errors.StripeError)) return false;
  return (
    thrown instanceof Stripe.errors.StripeCardError ||
    thrown.code === 'payment_intent_unexpected_state' ||
    thrown.code === 'payment_intent_authentication_failure'
  );
}
