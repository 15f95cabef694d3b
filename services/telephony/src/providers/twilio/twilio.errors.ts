import { type FailureCode, ProviderError } from '@switchboard/errors';
import twilio from 'twilio';

// twilio.com/docs/api/errors; what is not listed goes by the HTTP status.
const CODES: Readonly<Record<number, FailureCode>> = {
  20003: 'RECONNECT_REQUIRED', // authentication failed
  20005: 'RECONNECT_REQUIRED', // account not active
  20404: 'NOT_FOUND',
  20429: 'RATE_LIMITED',
  21201: 'REJECTED', // no To
  21205: 'REJECTED', // invalid address of instructions
  21210: 'REJECTED', // From is not the account's to call with
  21211: 'REJECTED', // invalid To
  21212: 'REJECTED', // invalid From
  21213: 'REJECTED', // no From
  21214: 'REJECTED', // To cannot be reached
  21215: 'REJECTED', // region not enabled for calls
  21216: 'REJECTED', // calls to this number are not allowed
  21217: 'REJECTED', // To does not appear to be valid
  21219: 'REJECTED', // trial account, unverified To
  21220: 'CONFLICT', // the call is over
  21408: 'REJECTED', // region not enabled
  21606: 'REJECTED', // From is not the account's
  21608: 'REJECTED', // trial account, unverified To
  21610: 'REJECTED', // recipient unsubscribed
  21612: 'REJECTED', // no route between To and From
  21614: 'REJECTED', // To is no mobile number
  21617: 'REJECTED', // body too long
  30001: 'RATE_LIMITED', // queue overflow
};

const NEVER_ARRIVED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);
const PUBLIC_MESSAGES: Readonly<Record<number, string>> = {
  20003: 'Twilio refuses the account SID or auth token.',
  21210: 'The caller’s number does not belong to the Twilio account.',
  21211: 'Twilio does not accept the recipient’s number.',
  21214: 'The number cannot be reached.',
  21215: 'Calls to this country are not enabled in the Twilio account.',
  21216: 'Twilio does not put calls through to this number.',
  21217: 'Twilio does not accept the recipient’s number.',
  21408: 'Sending to this country is not enabled in the Twilio account.',
  21606: 'The sender’s number does not belong to the Twilio account.',
  21610: 'The recipient has asked not to be written to.',
};

/**
 * The only place that knows how Twilio says no.
 * @param acts whether the call, had it arrived, could have had an effect: Twilio has no idempotency keys, so a
 * lost answer to such a call is an unknown outcome, not a failure.
 */
export function toProviderError(
  operation: string,
  thrown: unknown,
  { acts }: { acts: boolean },
): ProviderError {
  const lost: FailureCode = acts ? 'OUTCOME_UNKNOWN' : 'UNAVAILABLE';
  if (thrown instanceof twilio.RestException) {
    const vendorCode = thrown.code ?? thrown.status;
    const code = CODES[thrown.code ?? 0] ?? byStatus(thrown.status, acts);
    return new ProviderError(
      code,
      { vendor: 'twilio', operation, vendorCode: String(vendorCode) },
      { cause: thrown, publicMessage: PUBLIC_MESSAGES[thrown.code ?? 0] },
    );
  }
  const systemCode = codeOf(thrown);
  const code = NEVER_ARRIVED.has(systemCode) ? 'UNAVAILABLE' : lost;
  return new ProviderError(
    code,
    { vendor: 'twilio', operation, vendorCode: systemCode || undefined },
    { cause: thrown },
  );
}

function byStatus(status: number, acts: boolean): FailureCode {
  if (status === 401) return 'RECONNECT_REQUIRED';
  // What may not be done may be the number's or the country's fault; what may not be read is the credential's.
  if (status === 403) return acts ? 'REJECTED' : 'RECONNECT_REQUIRED';
  if (status === 404) return 'NOT_FOUND';
  if (status === 429) return 'RATE_LIMITED';
  if (status < 500) return 'REJECTED';
  return acts ? 'OUTCOME_UNKNOWN' : 'UNAVAILABLE';
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
