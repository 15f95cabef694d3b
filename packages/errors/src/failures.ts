/** What every failure means to the four places that have to react to it. */
interface FailurePolicy {
  /** `extensions.code` of the GraphQL error. */
  readonly graphql: string;
  readonly http: number;
  /** What happens to an event or an intent whose work failed this way. */
  readonly settle: 'retry' | 'park';
}

/** The closed list of ways an operation can fail. Adding a row is an API change. */
export const FAILURES = {
  INVALID_INPUT: { graphql: 'BAD_USER_INPUT', http: 400, settle: 'park' },
  UNAUTHENTICATED: { graphql: 'UNAUTHENTICATED', http: 401, settle: 'park' },
  FORBIDDEN: { graphql: 'FORBIDDEN', http: 403, settle: 'park' },
  NOT_FOUND: { graphql: 'NOT_FOUND', http: 404, settle: 'park' },
  CONFLICT: { graphql: 'CONFLICT', http: 409, settle: 'park' },
  UNSUPPORTED: { graphql: 'UNSUPPORTED', http: 422, settle: 'park' },
  REJECTED: { graphql: 'REJECTED', http: 422, settle: 'park' },
  RECONNECT_REQUIRED: { graphql: 'RECONNECT_REQUIRED', http: 424, settle: 'park' },
  RATE_LIMITED: { graphql: 'RATE_LIMITED', http: 429, settle: 'retry' },
  COST_EXCEEDED: { graphql: 'COST_EXCEEDED', http: 429, settle: 'park' },
  IDEMPOTENCY_KEY_REUSED: { graphql: 'IDEMPOTENCY_KEY_REUSED', http: 409, settle: 'park' },
  IDEMPOTENCY_IN_PROGRESS: { graphql: 'IDEMPOTENCY_IN_PROGRESS', http: 409, settle: 'park' },
  OUTCOME_UNKNOWN: { graphql: 'UNAVAILABLE', http: 503, settle: 'park' },
  UNAVAILABLE: { graphql: 'UNAVAILABLE', http: 503, settle: 'retry' },
  INTERNAL: { graphql: 'INTERNAL_SERVER_ERROR', http: 500, settle: 'retry' },
} as const satisfies Record<string, FailurePolicy>;

export type FailureCode = keyof typeof FAILURES;

/** Whether a string from outside (a reply header, a stored row) names a code of the closed list. */
export function isFailureCode(code: unknown): code is FailureCode {
  return typeof code === 'string' && Object.hasOwn(FAILURES, code);
}
