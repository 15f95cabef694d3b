import { AppError, FAILURES } from '@switchboard/errors';
import { currentTraceIfAny, type Logger } from '@switchboard/observability';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Codes GraphQL itself gives out for requests that are not understood; their messages are safe. */
const PROTOCOL_CODES = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

const MASKED = 'Internal server error';

/**
 * One error as the client sees it: a code of the closed list, the message meant for users, the path, and the
 * request's id. Whatever was not raised on purpose is masked and logged with its cause.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  logger: Logger,
): GraphQLFormattedError {
  const requestId = currentTraceIfAny()?.requestId;
  const where = {
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
  };
  const failure = failureBehind(error);
  if (failure && failure.code !== 'INTERNAL') {
    const policy = FAILURES[failure.code];
    if (policy.http >= 500) logger.warn({ err: failure, path: formatted.path }, 'failed');
    return {
      message: failure.publicMessage ?? sentenceFor(policy.graphql),
      ...where,
      extensions: {
        ...failure.details,
        code: policy.graphql,
        ...(failure.retryAfterMs !== undefined && { retryAfter: Math.ceil(failure.retryAfterMs / 1_000) }),
        ...(requestId && { requestId }),
      },
    };
  }
  const code = codeOf(error) ?? formatted.extensions?.code;
  if (!failure && isProtocolError(error) && typeof code === 'string' && PROTOCOL_CODES.has(code)) {
    const argument = formatted.extensions?.argument;
    return {
      message: formatted.message,
      ...where,
      extensions: {
        code,
        ...(typeof argument === 'string' && { argument }),
        ...(requestId && { requestId }),
      },
    };
  }
  logger.error({ err: error, path: formatted.path }, 'defect');
  return {
    message: MASKED,
    ...where,
    extensions: { code: FAILURES.INTERNAL.graphql, ...(requestId && { requestId }) },
  };
}

function failureBehind(error: unknown): AppError | undefined {
  for (let current: unknown = error; current; ) {
    if (current instanceof AppError) return current;
    current = current instanceof GraphQLError ? current.originalError : undefined;
  }
  return undefined;
}

/** GraphQL's own errors: nothing but `GraphQLError`s all the way down. */
function isProtocolError(error: unknown): boolean {
  let current: unknown = error;
  while (current instanceof GraphQLError) {
    if (!current.originalError) return true;
    current = current.originalError;
  }
  return false;
}

/** A scalar's own refusal of a literal is the caller's mistake, whatever the validation around it says. */
function codeOf(error: unknown): string | undefined {
  let current: unknown = error;
  let code: string | undefined;
  while (current instanceof GraphQLError) {
    if (current.extensions.code === FAILURES.INVALID_INPUT.graphql) code = FAILURES.INVALID_INPUT.graphql;
    current = current.originalError;
  }
  return code;
}

function sentenceFor(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
