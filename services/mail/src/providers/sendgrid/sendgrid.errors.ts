import { type FailureCode, ProviderError } from '@switchboard/errors';

const NEVER_ARRIVED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);
const PUBLIC_MESSAGES: Readonly<Record<number, string>> = {
  401: 'SendGrid refuses the API key.',
  403: 'SendGrid does not allow this sender. Verify it in the SendGrid account.',
  413: 'The mail is too large for SendGrid.',
};

/**
 * The only place that knows how SendGrid says no
 * (twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/responses). SendGrid has no idempotency
 * keys: a lost answer, or one that does not say whether the mail was taken, is an unknown outcome.
 * @param options.acts whether the call, had it arrived, could have had an effect.
 */
export function toProviderError(
  operation: string,
  thrown: unknown,
  { acts }: { acts: boolean },
  now = Date.now(),
): ProviderError {
  const lost: FailureCode = acts ? 'OUTCOME_UNKNOWN' : 'UNAVAILABLE';
  const status = statusOf(thrown);
  if (status !== undefined) {
    const context = { vendor: 'sendgrid', operation, vendorCode: String(status) };
    return new ProviderError(codeOf(status, acts), context, {
      cause: withoutRequest(thrown),
      publicMessage: PUBLIC_MESSAGES[status],
      retryAfterMs: status === 429 ? retryAfterMs(thrown, now) : undefined,
    });
  }
  const systemCode = systemCodeOf(thrown);
  const code: FailureCode = NEVER_ARRIVED.has(systemCode) ? 'UNAVAILABLE' : lost;
  const context = { vendor: 'sendgrid', operation, vendorCode: systemCode || undefined };
  return new ProviderError(code, context, { cause: withoutRequest(thrown) });
}

function codeOf(status: number, acts: boolean): FailureCode {
  if (status === 401) return 'RECONNECT_REQUIRED';
  // What may not be sent may be the sender's fault; what may not be read is the key's.
  if (status === 403) return acts ? 'REJECTED' : 'RECONNECT_REQUIRED';
  if (status === 429) return 'RATE_LIMITED';
  if (status < 500) return 'REJECTED';
  return acts ? 'OUTCOME_UNKNOWN' : 'UNAVAILABLE';
}

function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number'
    ? thrown.code
    : undefined;
}

function systemCodeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

/** SendGrid says in epoch seconds when the limit starts anew. */
function retryAfterMs(thrown: unknown, now: number): number | undefined {
  const { response } = thrown as { response?: { headers?: Record<string, unknown> } };
  const resetAtS = Number(response?.headers?.['x-ratelimit-reset']);
  return Number.isFinite(resetAtS) ? Math.max(0, resetAtS * 1_000 - now) : undefined;
}

/** The SDK's errors carry the request, and with it the API key; only what was said is kept. */
function withoutRequest(thrown: unknown): Error {
  return new Error(thrown instanceof Error ? thrown.message : String(thrown));
}
