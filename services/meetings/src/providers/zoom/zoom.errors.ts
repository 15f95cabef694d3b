import { type FailureCode, ProviderError } from '@switchboard/errors';

/** An answer of Zoom other than 2xx, as far as it could be read. */
export class ZoomRefusal extends Error {
  constructor(
    readonly status: number,
    /** Zoom's own number, such as 3001. */
    readonly code: number | undefined,
    message: string,
    readonly headers: Readonly<Record<string, string | undefined>> = {},
  ) {
    super(message);
  }
}

/** A 2xx answer whose body is not what Zoom documents. */
export class ZoomGarbled extends Error {}

// developers.zoom.us/docs/api/errors and the errors named per endpoint; what is not listed goes by the HTTP status.
const CODES: Readonly<Record<number, FailureCode>> = {
  124: 'RECONNECT_REQUIRED', // invalid or expired access token, after a new one was tried
  200: 'RECONNECT_REQUIRED', // no permission
  300: 'REJECTED', // invalid parameter
  1001: 'REJECTED', // host does not exist
  1010: 'REJECTED', // host is not in the account
  3000: 'REJECTED', // not allowed for this meeting
  3001: 'NOT_FOUND',
  3002: 'REJECTED', // in progress
  3161: 'REJECTED', // the host may not hold meetings
  4700: 'RECONNECT_REQUIRED', // no token
  4711: 'RECONNECT_REQUIRED', // the app lacks a scope
};

const PUBLIC_MESSAGES: Readonly<Record<number, string>> = {
  124: 'Zoom no longer accepts the connection’s credential.',
  200: 'The Zoom app may not manage meetings.',
  300: 'Zoom does not accept these details of a meeting.',
  3002: 'The meeting is in progress at Zoom.',
  3161: 'The Zoom account may not hold meetings.',
  4711: 'The Zoom app lacks the scope to manage meetings.',
};

const NEVER_ARRIVED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * The only place that knows how Zoom says no.
 * @param acts whether the call, had it arrived, could have had an effect that a second one would double: Zoom has
 * no idempotency keys, so a lost answer to such a call is an unknown outcome, not a failure.
 */
export function toProviderError(
  operation: string,
  thrown: unknown,
  { acts }: { acts: boolean },
  now: Date = new Date(),
): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  const lost: FailureCode = acts ? 'OUTCOME_UNKNOWN' : 'UNAVAILABLE';
  if (thrown instanceof ZoomRefusal) {
    const { status, code: vendorNumber, headers } = thrown;
    return new ProviderError(
      // A rate limit comes with many a number; the status tells.
      status === 429 ? 'RATE_LIMITED' : (CODES[vendorNumber ?? 0] ?? byStatus(status, lost)),
      {
        vendor: 'zoom',
        operation,
        vendorCode: String(vendorNumber ?? status),
        vendorRequestId: headers['x-zm-trackingid'],
      },
      {
        cause: thrown,
        publicMessage: PUBLIC_MESSAGES[vendorNumber ?? 0],
        retryAfterMs: retryAfterMs(headers['retry-after'], now),
      },
    );
  }
  const systemCode = codeOf(thrown);
  return new ProviderError(
    NEVER_ARRIVED.has(systemCode) ? 'UNAVAILABLE' : lost,
    { vendor: 'zoom', operation, vendorCode: systemCode || undefined },
    { cause: thrown },
  );
}

/** Milliseconds from a `Retry-After`: seconds, or, for Zoom's daily limit, a date and time. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function byStatus(status: number, lost: FailureCode): FailureCode {
  if (status === 401) return 'RECONNECT_REQUIRED';
  if (status === 404) return 'NOT_FOUND';
  return status >= 500 ? lost : 'REJECTED';
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
