/** A field that Zoom refuses. */
export interface ZoomFieldError {
  readonly field: string;
  readonly message: string;
}

/** A refusal by Zoom. https://developers.zoom.us/docs/api/errors/ */
export class ZoomError extends Error {
  readonly status: number;
  readonly code: number;
  readonly fieldErrors: readonly ZoomFieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: number,
    message: string,
    details: { fieldErrors?: readonly ZoomFieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = 'ZoomError';
    this.status = status;
    this.code = code;
    this.fieldErrors = details.fieldErrors ?? [];
    this.headers = details.headers ?? {};
  }
}

/** The body of a refusal. */
export function zoomErrorBody(error: Pick<ZoomError, 'code' | 'message' | 'fieldErrors'>) {
  const { code, message, fieldErrors } = error;
  return fieldErrors.length > 0 ? { code, message, errors: fieldErrors } : { code, message };
}

/** 300 with the fields that are wrong. */
export const invalidFields = (fieldErrors: readonly ZoomFieldError[]): ZoomError =>
  new ZoomError(400, 300, 'Validation Failed.', { fieldErrors });

/** 124. */
export const invalidToken = (): ZoomError => new ZoomError(401, 124, 'Invalid access token.');

/** 3001. */
export const noMeeting = (meetingId: string): ZoomError =>
  new ZoomError(404, 3001, `Meeting does not exist: ${meetingId}.`);

/** Headers of the limit per second. https://developers.zoom.us/docs/api/rate-limits/ */
const PER_SECOND_HEADERS = {
  'x-ratelimit-category': 'Light',
  'x-ratelimit-type': 'Per-second-limit',
  'x-ratelimit-limit': '80',
  'x-ratelimit-remaining': '0',
} as const;

/** Wording of injected failures. */
export function faultAnswer(status: number): { headers: Record<string, string>; body: object } {
  if (status === 429) {
    return {
      headers: { ...PER_SECOND_HEADERS },
      body: {
        code: 429,
        message: 'You have reached the maximum per-second rate limit for this API. Try again later.',
      },
    };
  }
  const body =
    status === 401
      ? { code: 124, message: 'Invalid access token.' }
      : { code: status, message: status < 500 ? 'Bad Request' : 'Internal Server Error' };
  return { headers: {}, body };
}
