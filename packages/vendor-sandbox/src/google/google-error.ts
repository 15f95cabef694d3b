import type { FaultAnswer } from '../vendor.ts';

/** A refusal of a resource, in the form of Google's APIs. */
export class GoogleError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly statusName: string,
  ) {
    super(message);
    this.name = 'GoogleError';
  }
}

/** https://cloud.google.com/apis/design/errors#http_mapping */
export function googleErrorBody({ status, message, statusName }: GoogleError): object {
  return { error: { code: status, message, status: statusName } };
}

/** Wording of injected failures; the token endpoint's are OAuth's. */
export function faultAnswer(status: number): FaultAnswer {
  if (status === 400) {
    return {
      body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    };
  }
  const headers = status === 429 ? { 'retry-after': '1' } : {};
  return {
    headers,
    body: { error: { code: status, message: 'Injected failure.', status: 'UNAVAILABLE' } },
  };
}
