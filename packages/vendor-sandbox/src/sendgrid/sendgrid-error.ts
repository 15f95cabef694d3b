/** One entry of SendGrid's `errors`. */
export interface SendgridProblem {
  readonly message: string;
  readonly field: string | null;
  readonly help: string | null;
}

/** A refusal by SendGrid. https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/errors */
export class SendgridError extends Error {
  readonly status: number;
  readonly problems: readonly SendgridProblem[];

  constructor(status: number, problems: readonly SendgridProblem[]) {
    super(problems[0]?.message ?? 'refused');
    this.name = 'SendgridError';
    this.status = status;
    this.problems = problems;
  }
}

/** A problem without a field. */
export const problem = (message: string): SendgridProblem => ({ message, field: null, help: null });

/** Wording of injected failures. */
export function faultBody(status: number) {
  const messages: Record<number, string> = {
    401: 'The provided authorization grant is invalid, expired, or revoked',
    403: 'access forbidden',
    413: 'content too large',
    429: 'too many requests',
    503: 'service unavailable',
  };
  return { errors: [problem(messages[status] ?? (status < 500 ? 'Bad Request' : 'internal error'))] };
}
