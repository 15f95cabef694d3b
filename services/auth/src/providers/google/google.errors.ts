import { type FailureCode, ProviderError } from '@switchboard/errors';
import { gaxios } from 'google-auth-library';

/** What is asked of Google at a sign-in. */
export type GoogleOperation = 'sign-in.exchange' | 'id-token.verify';

// https://developers.google.com/identity/protocols/oauth2/web-server#errors
const CODES: Readonly<Record<string, FailureCode>> = {
  invalid_grant: 'REJECTED',
  invalid_client: 'INTERNAL',
  unauthorized_client: 'INTERNAL',
  redirect_uri_mismatch: 'INTERNAL',
  invalid_request: 'INTERNAL',
};

const SENTENCES: Partial<Record<FailureCode, string>> = {
  REJECTED: 'Google did not confirm this sign-in. Start again.',
  INTERNAL: 'The installation’s application at Google is not set up right.',
  UNAVAILABLE: 'Google did not answer. Try again in a moment.',
};

/** The only place that knows how Google and its library say no. */
export function toGoogleError(operation: GoogleOperation, thrown: unknown): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  const { code, vendorCode } = meaningOf(thrown);
  const publicMessage = SENTENCES[code];
  return new ProviderError(
    code,
    { vendor: 'google', operation, vendorCode },
    {
      cause: thrown,
      ...(publicMessage !== undefined && { publicMessage }),
      ...(code === 'REJECTED' && { details: { code: 'SIGN_IN_REFUSED' } }),
    },
  );
}

function meaningOf(thrown: unknown): { code: FailureCode; vendorCode?: string | undefined } {
  if (thrown instanceof gaxios.GaxiosError) {
    const status = thrown.status ?? 0;
    if (status === 0 || status === 429 || status >= 500)
      return { code: 'UNAVAILABLE', vendorCode: String(status) };
    const { error } = (thrown.response?.data ?? {}) as { error?: unknown };
    const vendorCode = typeof error === 'string' ? error : String(status);
    return { code: CODES[vendorCode] ?? 'INTERNAL', vendorCode };
  }
  const text = thrown instanceof Error ? thrown.message : '';
  // The library wraps what went wrong with Google's keys in its own words.
  if (text.startsWith('Failed to retrieve verification certificates')) return { code: 'UNAVAILABLE' };
  // Everything else that its check of an ID token throws speaks of the token.
  return { code: 'REJECTED' };
}
