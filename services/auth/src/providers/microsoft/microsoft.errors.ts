import { AuthError } from '@azure/msal-node';
import { type FailureCode, ProviderError } from '@switchboard/errors';

// What the library calls by a name of its own, and RFC 6749, 5.2. What is not listed is the vendor's absence.
const CODES: Readonly<Record<string, FailureCode>> = {
  invalid_grant: 'REJECTED',
  interaction_required: 'REJECTED',
  nonce_mismatch: 'REJECTED',
  state_mismatch: 'REJECTED',
  token_parsing_error: 'REJECTED',
  invalid_client: 'INTERNAL',
  unauthorized_client: 'INTERNAL',
  invalid_request: 'INTERNAL',
  invalid_scope: 'INTERNAL',
};

const SENTENCES: Partial<Record<FailureCode, string>> = {
  REJECTED: 'Microsoft did not confirm this sign-in. Start again.',
  INTERNAL: 'The installation’s application at Microsoft is not set up right.',
  UNAVAILABLE: 'Microsoft did not answer. Try again in a moment.',
};

/** The only place that knows how Microsoft and its library say no. */
export function toMicrosoftError(thrown: unknown): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  const known = thrown instanceof AuthError ? CODES[thrown.errorCode] : undefined;
  const code: FailureCode = known ?? 'UNAVAILABLE';
  const aadsts = thrown instanceof Error ? thrown.message.match(/AADSTS\d+/)?.[0] : undefined;
  const publicMessage = SENTENCES[code];
  return new ProviderError(
    code,
    {
      vendor: 'microsoft',
      operation: 'sign-in.exchange',
      vendorCode: aadsts ?? (thrown instanceof AuthError ? thrown.errorCode : undefined),
    },
    {
      cause: thrown,
      ...(publicMessage !== undefined && { publicMessage }),
      ...(code === 'REJECTED' && { details: { code: 'SIGN_IN_REFUSED' } }),
    },
  );
}
