import { type FailureCode, ProviderError } from '@switchboard/errors';
import { OperationProcessingError, ResponseBodyError, WWWAuthenticateChallengeError } from 'oauth4webapi';
import type { ConsentVendor } from '../../domain/consent-vendors.ts';

/** What is asked of a vendor. */
export type OAuthOperation = 'exchange' | 'refresh' | 'revoke' | 'identify';

/** An answer that is no OAuth answer at all: a status, and nothing to go by. */
export class UnreadableAnswer extends Error {
  constructor(
    readonly status: number,
    readonly retryAfter: string | null = null,
  ) {
    super(`the vendor answered ${status}`);
  }
}

// RFC 6749, 5.2. Our own mistakes are INTERNAL: nobody but the operator can mend them.
const CODES: Readonly<Record<string, FailureCode>> = {
  invalid_grant: 'RECONNECT_REQUIRED',
  interaction_required: 'RECONNECT_REQUIRED', // Microsoft: a new policy asks for the person
  consent_required: 'RECONNECT_REQUIRED',
  login_required: 'RECONNECT_REQUIRED',
  invalid_client: 'INTERNAL',
  unauthorized_client: 'INTERNAL',
  unsupported_grant_type: 'INTERNAL',
  invalid_request: 'INTERNAL',
  invalid_scope: 'INTERNAL',
  temporarily_unavailable: 'UNAVAILABLE',
  server_error: 'UNAVAILABLE',
};

const SENTENCES: Partial<Record<FailureCode, string>> = {
  RECONNECT_REQUIRED: 'The vendor ended the connection. Connect again.',
  REJECTED: 'The vendor no longer knows this consent. Start again.',
  INTERNAL: 'The installation’s application at the vendor is not set up right.',
  UNAVAILABLE: 'The vendor did not answer.',
  RATE_LIMITED: 'The vendor is asked too often. Try again later.',
};

/** The only place that knows how vendors refuse a grant. */
export function toProviderError(
  vendor: ConsentVendor,
  operation: OAuthOperation,
  thrown: unknown,
): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  const { vendorCode, code, retryAfterMs } = meaningOf(thrown, operation);
  const publicMessage = SENTENCES[code];
  return new ProviderError(
    code,
    { vendor: vendor.toLowerCase(), operation: `oauth.${operation}`, vendorCode },
    {
      cause: thrown,
      ...(publicMessage !== undefined && { publicMessage }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  );
}

interface Meaning {
  readonly code: FailureCode;
  readonly vendorCode?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

function meaningOf(thrown: unknown, operation: OAuthOperation): Meaning {
  if (thrown instanceof ResponseBodyError) {
    const vendorCode = aadstsOf(thrown.error_description) ?? thrown.error;
    const retryAfterMs = retryAfterOf(thrown.response.headers.get('retry-after'));
    if (thrown.status === 429) return { code: 'RATE_LIMITED', vendorCode, retryAfterMs };
    if (thrown.status >= 500) return { code: 'UNAVAILABLE', vendorCode, retryAfterMs };
    const code = CODES[thrown.error] ?? 'INTERNAL';
    // A grant that never was is no connection to renew.
    const isCode = operation === 'exchange' && code === 'RECONNECT_REQUIRED';
    return { code: isCode ? 'REJECTED' : code, vendorCode };
  }
  if (thrown instanceof WWWAuthenticateChallengeError) {
    return { code: 'INTERNAL', vendorCode: String(thrown.status) };
  }
  if (thrown instanceof UnreadableAnswer) {
    const vendorCode = String(thrown.status);
    if (thrown.status === 401 || thrown.status === 403) return { code: 'RECONNECT_REQUIRED', vendorCode };
    if (thrown.status === 429) {
      return { code: 'RATE_LIMITED', vendorCode, retryAfterMs: retryAfterOf(thrown.retryAfter) };
    }
    return { code: 'UNAVAILABLE', vendorCode };
  }
  // A 2xx that holds no tokens is a vendor's (or a proxy's) fault of the moment.
  if (thrown instanceof OperationProcessingError) return { code: 'UNAVAILABLE', vendorCode: thrown.code };
  // Never reached the vendor, or the vendor had its time.
  return { code: 'UNAVAILABLE' };
}

/** Microsoft says what it means in the description: `AADSTS50173: The provided grant has expired …`. */
function aadstsOf(description: string | undefined): string | undefined {
  return description?.match(/AADSTS\d+/)?.[0];
}

function retryAfterOf(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : undefined;
}
