import { ApiError } from '@paypal/paypal-server-sdk';
import { type FailureCode, ProviderError } from '@switchboard/errors';
import { z } from 'zod';

// developer.paypal.com/docs/api/orders/v2/#errors and payments/v2/#errors; what is not listed goes by the HTTP status.
const CODES: Readonly<Record<string, FailureCode>> = {
  INVALID_CLIENT: 'RECONNECT_REQUIRED',
  PERMISSION_DENIED: 'RECONNECT_REQUIRED',
  PAYEE_ACCOUNT_RESTRICTED: 'RECONNECT_REQUIRED',
  PAYEE_ACCOUNT_LOCKED_OR_CLOSED: 'RECONNECT_REQUIRED',
  RATE_LIMIT_REACHED: 'RATE_LIMITED',
  // The same request still runs, or another holds the object: both pass.
  PREVIOUS_REQUEST_IN_PROGRESS: 'UNAVAILABLE',
  DUPLICATE_REQUEST_ID: 'CONFLICT',
};

const PUBLIC_MESSAGES: Readonly<Record<string, string>> = {
  ORDER_NOT_APPROVED: 'The customer has not approved the payment yet.',
  INSTRUMENT_DECLINED: 'The customer’s bank declined: let them approve with another method.',
  CAPTURE_FULLY_REFUNDED: 'The payment was already given back.',
  REFUND_AMOUNT_EXCEEDED: 'That is more than is left of the payment.',
};

/** Refusals that only say what the customer has yet to do. */
export const PREMATURE: ReadonlySet<string> = new Set(['ORDER_NOT_APPROVED', 'PAYER_ACTION_REQUIRED']);

/** Refusals after which looking at the order tells how it stands. */
const TOLD_BY_A_LOOK: ReadonlySet<string> = new Set(['ORDER_ALREADY_CAPTURED', 'ORDER_COMPLETED_OR_VOIDED']);

const body = z.object({
  name: z.string().optional(),
  error: z.string().optional(),
  debug_id: z.string().optional(),
  details: z.array(z.object({ issue: z.string().optional() })).optional(),
});

/**
 * The only place that knows how PayPal says no. Writes carry a PayPal-Request-Id, so a lost answer is
 * UNAVAILABLE: it is asked for again.
 */
export function toProviderError(operation: string, thrown: unknown): ProviderError {
  if (!(thrown instanceof ApiError)) {
    // Everything else comes from the connection: our adapter and the SDK throw what fetch throws.
    return new ProviderError('UNAVAILABLE', { vendor: 'paypal', operation }, { cause: thrown });
  }
  // The SDK hangs the request on its errors, credentials included; the cause must be fit for a log.
  Reflect.deleteProperty(thrown, 'request');
  const issue = issueOf(thrown);
  return new ProviderError(
    codeFor(thrown.statusCode, issue),
    { vendor: 'paypal', operation, vendorCode: issue, vendorRequestId: parsed(thrown).debug_id },
    { cause: thrown, publicMessage: PUBLIC_MESSAGES[issue ?? ''], retryAfterMs: retryAfterOf(thrown) },
  );
}

function codeFor(status: number, issue: string | undefined): FailureCode {
  const listed = CODES[issue ?? ''];
  if (listed) return listed;
  // A token that ended early; the next attempt fetches another. Wrong credentials are INVALID_CLIENT then.
  if (status === 401) return 'UNAVAILABLE';
  if (status === 403) return 'RECONNECT_REQUIRED';
  if (status === 404) return 'NOT_FOUND';
  if (status === 409 || status >= 500) return 'UNAVAILABLE';
  return status === 429 ? 'RATE_LIMITED' : 'REJECTED';
}

/** Whether PayPal refused because the order is further than we knew. */
export function isToldByALook(thrown: unknown): boolean {
  return thrown instanceof ApiError && TOLD_BY_A_LOOK.has(issueOf(thrown) ?? '');
}

/** Whether the access token was refused, so that the client should forget it. */
export function isTokenRefused(thrown: unknown): boolean {
  return thrown instanceof ApiError && thrown.statusCode === 401;
}

/** The most telling name: the first detail's issue, the error's name, or OAuth's error. */
function issueOf(error: ApiError): string | undefined {
  const { details, name, error: oauthError } = parsed(error);
  return details?.[0]?.issue ?? name ?? oauthError?.toUpperCase();
}

function parsed(error: ApiError): z.infer<typeof body> {
  return body.safeParse(error.result).data ?? {};
}

function retryAfterOf({ headers }: ApiError): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}
