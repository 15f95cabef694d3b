import { upperId } from '../random-ids.ts';

/** One entry of `details`. */
export interface PaypalIssue {
  readonly issue: string;
  readonly description: string;
  readonly field?: string;
  readonly value?: string;
  readonly location?: 'body' | 'path' | 'header' | 'query';
}

const MESSAGES: Readonly<Record<string, string>> = {
  INVALID_REQUEST: 'Request is not well-formed, syntactically incorrect, or violates schema.',
  UNPROCESSABLE_ENTITY:
    'The requested action could not be performed, semantically incorrect, or failed business validation.',
  RESOURCE_NOT_FOUND: 'The specified resource does not exist.',
  RESOURCE_CONFLICT: 'The server has detected a conflict while processing this request.',
  NOT_AUTHORIZED: 'Authorization failed due to insufficient permissions.',
  AUTHENTICATION_FAILURE:
    'Authentication failed due to invalid authentication credentials or a missing Authorization header.',
  UNSUPPORTED_MEDIA_TYPE: 'The server does not support the request body media type.',
  RATE_LIMIT_REACHED: 'Too many requests. Blocked due to rate limiting.',
  INTERNAL_SERVER_ERROR: 'An internal server error has occurred.',
  SERVICE_UNAVAILABLE: 'Service Unavailable.',
};

/** A refusal by PayPal. https://developer.paypal.com/api/rest/responses/#link-failedrequests */
export class PaypalError extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: object) {
    super(JSON.stringify(body));
    this.name = 'PaypalError';
    this.status = status;
    this.body = body;
  }
}

/** The body of a named failure. */
export function paypalErrorBody(name: string, issues: readonly PaypalIssue[] = []) {
  return {
    name,
    ...(issues.length > 0 ? { details: issues } : {}),
    message: MESSAGES[name] ?? 'The request failed.',
    debug_id: upperId(13).toLowerCase(),
    links: issues.map(({ issue }) => ({
      href: `https://developer.paypal.com/docs/api/orders/v2/#error-${issue}`,
      rel: 'information_link',
      method: 'GET',
    })),
  };
}

/** 400: the body does not fit the schema. */
export const malformed = (...issues: PaypalIssue[]): PaypalError =>
  new PaypalError(400, paypalErrorBody('INVALID_REQUEST', issues));

/** 422: a rule forbids it. */
export const unprocessable = (issue: string, description: string, field?: string): PaypalError =>
  new PaypalError(
    422,
    paypalErrorBody('UNPROCESSABLE_ENTITY', [
      { issue, description, ...(field === undefined ? {} : { field, location: 'body' as const }) },
    ]),
  );

/** 404. */
export const notFound = (): PaypalError =>
  new PaypalError(
    404,
    paypalErrorBody('RESOURCE_NOT_FOUND', [
      {
        issue: 'INVALID_RESOURCE_ID',
        description: 'Specified resource ID does not exist. Please check the resource ID and try again.',
      },
    ]),
  );

/** A field is absent. */
export const missing = (field: string): PaypalError =>
  malformed({
    field,
    location: 'body',
    issue: 'MISSING_REQUIRED_PARAMETER',
    description: 'A required field / parameter is missing.',
  });

/** Wording of injected failures. */
export function faultBody(status: number): object {
  if (status === 401) {
    return { error: 'invalid_token', error_description: 'Token signature verification failed' };
  }
  const names: Readonly<Record<number, string>> = {
    400: 'INVALID_REQUEST',
    403: 'NOT_AUTHORIZED',
    404: 'RESOURCE_NOT_FOUND',
    409: 'RESOURCE_CONFLICT',
    422: 'UNPROCESSABLE_ENTITY',
    429: 'RATE_LIMIT_REACHED',
    503: 'SERVICE_UNAVAILABLE',
  };
  return paypalErrorBody(names[status] ?? 'INTERNAL_SERVER_ERROR');
}
