import { randomUUID } from 'node:crypto';
import type { OAuthError, OAuthRefusal } from '../oauth/oauth-error.ts';
import type { FaultAnswer } from '../vendor.ts';

// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
const NUMBERS: Readonly<Record<OAuthRefusal, readonly [number, string]>> = {
  client: [7_000_215, 'Invalid client secret provided.'],
  code: [9_002_313, 'Invalid request. Request is malformed or invalid.'],
  verifier: [
    501_481,
    'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  ],
  redirect: [
    500_112,
    'The reply address does not match the reply address provided when requesting the code.',
  ],
  expired: [70_008, 'The provided authorization code or refresh token has expired due to inactivity.'],
  revoked: [50_173, 'The provided grant has expired due to it being revoked.'],
  replaced: [70_000, 'Provided grant is invalid or malformed.'],
  request: [90_014, 'The required field is missing.'],
  'grant-type': [70_003, 'The app requested an unsupported grant type.'],
};

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#error-response-1 */
export function microsoftErrorBody(
  { error, reason }: Pick<OAuthError, 'error' | 'reason'>,
  now: Date,
): object {
  const [number, sentence] = NUMBERS[reason];
  const [traceId, correlationId] = [randomUUID(), randomUUID()];
  const timestamp = `${now.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    error,
    error_description: `AADSTS${number}: ${sentence} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  };
}

/** A refusal of Graph. https://learn.microsoft.com/graph/errors */
export class GraphError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'GraphError';
  }
}

export function graphErrorBody({ code, message }: Pick<GraphError, 'code' | 'message'>, now: Date): object {
  const date = now.toISOString().slice(0, 19);
  return { error: { code, message, innerError: { date, 'request-id': randomUUID() } } };
}

/** Wording of injected failures. */
export function faultAnswer(status: number, now: Date): FaultAnswer {
  if (status === 400) {
    return { body: microsoftErrorBody({ error: 'invalid_grant', reason: 'revoked' }, now) };
  }
  const headers = status === 429 ? { 'retry-after': '1' } : {};
  return {
    headers,
    body: graphErrorBody({ code: 'serviceNotAvailable', message: 'Injected failure.' }, now),
  };
}
