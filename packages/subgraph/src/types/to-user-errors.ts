import { AppError, type FailureCode } from '@switchboard/errors';
import { RateLimitedByVendor, ReconnectRequired, type UserError, userError } from './user-error.ts';

/** Failures a screen draws. The rest is somebody's mistake or outage and stays a top-level error. */
const DRAWN: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'REJECTED',
  'RATE_LIMITED',
  'RECONNECT_REQUIRED',
]);

/** What a mutation's payload is made of. */
export interface Outcome<T> {
  readonly resource: T | null;
  readonly userErrors: readonly UserError[];
}

/**
 * The user errors that say what a failure says.
 * @returns one error for REJECTED, RATE_LIMITED and RECONNECT_REQUIRED. @throws the failure itself otherwise.
 */
export function toUserErrors(thrown: unknown, now: Date = new Date()): UserError[] {
  const failure = AppError.from(thrown);
  if (!DRAWN.has(failure.code)) throw thrown;
  const message = failure.publicMessage ?? 'This was refused.';
  const code = typeof failure.details?.code === 'string' ? failure.details.code : failure.code;
  if (failure.code === 'RATE_LIMITED') {
    const retryAt =
      failure.retryAfterMs === undefined ? null : new Date(now.getTime() + failure.retryAfterMs);
    return [Object.assign(new RateLimitedByVendor(), { code, message, path: null, retryAt })];
  }
  if (failure.code === 'RECONNECT_REQUIRED') {
    const connectionId = failure.details?.connectionId;
    return [
      Object.assign(new ReconnectRequired(), {
        code,
        message,
        path: null,
        connectionId: typeof connectionId === 'string' ? connectionId : null,
      }),
    ];
  }
  return [userError(code, message)];
}

/** Runs a use case; a failure a screen draws becomes `{ resource: null, userErrors }`. */
export async function toOutcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { resource: await work(), userErrors: [] };
  } catch (thrown) {
    return { resource: null, userErrors: toUserErrors(thrown) };
  }
}
