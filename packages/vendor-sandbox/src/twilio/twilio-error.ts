/**
 * A refusal by Twilio. `status` is the HTTP status, `code` Twilio's own.
 * https://www.twilio.com/docs/api/errors
 */
export class TwilioError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.name = 'TwilioError';
    this.status = status;
    this.code = code;
  }
}

/** The body of a refusal. https://www.twilio.com/docs/usage/twilios-response#exceptions */
export function twilioErrorBody(error: { status: number; code: number; message: string }) {
  return {
    code: error.code,
    message: error.message,
    more_info: `https://www.twilio.com/docs/errors/${error.code}`,
    status: error.status,
  };
}

/** 20404. https://www.twilio.com/docs/api/errors/20404 */
export function notFound(path: string): TwilioError {
  return new TwilioError(404, 20404, `The requested resource ${path} was not found`);
}

/** Wording of injected failures; 429 is Twilio's "Too Many Requests". https://www.twilio.com/docs/api/errors/20429 */
export function faultBody(status: number) {
  const known: Record<number, { code: number; message: string }> = {
    401: { code: 20003, message: 'Authenticate' },
    403: { code: 20006, message: 'Access Denied' },
    404: { code: 20404, message: 'The requested resource was not found' },
    429: { code: 20429, message: 'Too Many Requests' },
    500: { code: 20500, message: 'Internal Server Error' },
    503: { code: 20503, message: 'Service unavailable' },
  };
  const wording = known[status] ?? { code: 20001, message: 'The request failed' };
  return twilioErrorBody({ status, ...wording });
}
