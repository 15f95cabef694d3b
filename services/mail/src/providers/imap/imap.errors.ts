import { AppError, type FailureCode, ProviderError } from '@switchboard/errors';

/** What imapflow adds to its errors. */
interface ImapError {
  readonly code?: unknown;
  /** The server refused the sign-in, for whatever reason. */
  readonly authenticationFailed?: boolean;
  /** The response code (RFC 5530), such as AUTHENTICATIONFAILED. */
  readonly serverResponseCode?: string;
  readonly responseStatus?: string;
}

// RFC 5530 section 3: these pass by themselves, also where they answer a sign-in.
const PASSING = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CONTACTADMIN']);
const REFUSING = new Set(['AUTHENTICATIONFAILED', 'AUTHORIZATIONFAILED', 'EXPIRED', 'PRIVACYREQUIRED']);

/** The only place that knows how IMAP servers say no. Reading changes nothing, so a lost answer leaves nothing open. */
export function toProviderError(operation: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = (thrown instanceof Error ? thrown : {}) as ImapError;
  const vendorCode = error.serverResponseCode ?? (typeof error.code === 'string' ? error.code : undefined);
  const failure = failureOf(error);
  return new ProviderError(
    failure,
    { vendor: 'imap', operation, vendorCode },
    { cause: causeOf(thrown, vendorCode), publicMessage: publicMessageOf(failure) },
  );
}

function failureOf({
  code,
  authenticationFailed,
  serverResponseCode,
  responseStatus,
}: ImapError): FailureCode {
  if (code === 'ETHROTTLE') return 'RATE_LIMITED';
  if (serverResponseCode && PASSING.has(serverResponseCode)) return 'UNAVAILABLE';
  if (authenticationFailed || (serverResponseCode && REFUSING.has(serverResponseCode))) {
    return 'RECONNECT_REQUIRED';
  }
  // NO and BAD are the server's word on what was asked; everything else kept it from being asked.
  return responseStatus === 'NO' || responseStatus === 'BAD' ? 'REJECTED' : 'UNAVAILABLE';
}

/** Of the library's error its words only: it carries the command that failed, and a sign-in is one. */
function causeOf(thrown: unknown, code: string | undefined): Error {
  return Object.assign(new Error(thrown instanceof Error ? thrown.message : String(thrown)), { code });
}

/** One wording for whatever keeps us from reaching a server: it must not tell open ports from closed ones. */
function publicMessageOf(failure: FailureCode): string {
  return failure === 'RECONNECT_REQUIRED'
    ? 'The mail server refuses the user name or password.'
    : 'The mail server could not be used.';
}
