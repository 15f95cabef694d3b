/** Fields of Stripe's error object. https://docs.stripe.com/api/errors */
export interface StripeErrorFields {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
  readonly decline_code?: string;
  readonly charge?: string;
  readonly payment_intent?: unknown;
  readonly payment_method?: unknown;
}

/**
 * A refusal by Stripe. `isExecuted` says that the endpoint began its work, so that the answer is kept under the
 * idempotency key; answers to wrong parameters are not. https://docs.stripe.com/api/idempotent_requests
 */
export class StripeError extends Error {
  readonly status: number;
  readonly fields: StripeErrorFields;
  readonly isExecuted: boolean;

  constructor(status: number, fields: StripeErrorFields, isExecuted = false) {
    super(fields.message);
    this.name = 'StripeError';
    this.status = status;
    this.fields = fields;
    this.isExecuted = isExecuted;
  }
}

/** Wrong parameters: not kept under the key. */
export function invalid(message: string, details: { param?: string; code?: string } = {}): StripeError {
  return new StripeError(400, { type: 'invalid_request_error', message, ...details });
}

/** A parameter is absent. */
export const missing = (param: string): StripeError =>
  invalid(`Missing required param: ${param}.`, { param, code: 'parameter_missing' });

/** The object's state forbids it: kept under the key. */
export function refused(
  message: string,
  details: { param?: string; code?: string; payment_intent?: unknown },
) {
  return new StripeError(400, { type: 'invalid_request_error', message, ...details }, true);
}

/** An object named in the path (404) or in a parameter (400) does not exist. */
export function noSuch(kind: string, id: string, param: string, status: 400 | 404): StripeError {
  return new StripeError(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${kind}: '${id}'`,
    param,
  });
}

/** The body of a refusal. */
export function stripeErrorBody(fields: StripeErrorFields) {
  return {
    error: fields.code
      ? { ...fields, doc_url: `https://docs.stripe.com/error-codes/${fields.code.replaceAll('_', '-')}` }
      : fields,
  };
}

/** Wording of injected failures. */
export function faultBody(status: number) {
  if (status === 402) {
    return stripeErrorBody({
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'generic_decline',
      message: 'Your card was declined.',
    });
  }
  if (status === 429) {
    return stripeErrorBody({
      type: 'invalid_request_error',
      code: 'rate_limit',
      message:
        'Request rate limit exceeded. Learn more about rate limits here https://docs.stripe.com/rate-limits.',
    });
  }
  return stripeErrorBody(
    status >= 500
      ? { type: 'api_error', message: 'An unknown error occurred' }
      : { type: 'invalid_request_error', message: 'The request was refused' },
  );
}
