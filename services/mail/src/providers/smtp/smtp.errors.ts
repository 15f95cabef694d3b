import { AppError, type FailureCode, ProviderError } from '@switchboard/errors';

interface SmtpError {
  readonly code?: unknown;
  readonly responseCode?: number;
}

// RFC 4954 section 6: authentication failed, required, too weak.
const AUTHENTICATION = new Set([530, 534, 535, 538]);

/**
 * The only place that knows how mail servers say no.
 * @param options.dataBegun whether the server had begun to receive the mail itself: from then on a lost answer
 * leaves open whether it was taken. An answer never does.
 */
export function toProviderError(thrown: unknown, { dataBegun }: { dataBegun: boolean }): AppError {
  if (thrown instanceof AppError) return thrown;
  const { code: given, responseCode } = (thrown instanceof Error ? thrown : {}) as SmtpError;
  // A time-out of the platform has a number there.
  const code = typeof given === 'string' ? given : undefined;
  const vendorCode = responseCode ? String(responseCode) : code;
  const failure = failureOf(code, responseCode, dataBegun);
  return new ProviderError(
    failure,
    { vendor: 'smtp', operation: 'send', vendorCode },
    { cause: thrown, publicMessage: publicMessageOf(failure) },
  );
}

function failureOf(
  code: string | undefined,
  responseCode: number | undefined,
  dataBegun: boolean,
): FailureCode {
  if (responseCode && AUTHENTICATION.has(responseCode)) return 'RECONNECT_REQUIRED';
  if (responseCode && responseCode >= 500) return code === 'EAUTH' ? 'RECONNECT_REQUIRED' : 'REJECTED';
  if (responseCode) return 'UNAVAILABLE';
  return dataBegun ? 'OUTCOME_UNKNOWN' : 'UNAVAILABLE';
}

/** One wording for whatever keeps us from reaching a server: it must not tell open ports from closed ones. */
function publicMessageOf(failure: FailureCode): string | undefined {
  if (failure === 'RECONNECT_REQUIRED') return 'The mail server refuses the user name or password.';
  if (failure === 'UNAVAILABLE') return 'The mail server could not be used.';
  return undefined;
}
