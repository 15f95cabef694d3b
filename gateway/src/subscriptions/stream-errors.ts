import { AppError, FAILURES } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import type { Logger } from '@switchboard/observability';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** A failure as subscribers see it: with its code when it was raised on purpose, masked otherwise. */
export function shownError(thrown: unknown, logger: Logger): GraphQLFormattedError {
  const requestId = newId('req');
  const cause = thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown;
  if (cause instanceof GraphQLError) {
    return { message: cause.message, extensions: { ...cause.extensions, requestId } };
  }
  const failure = AppError.from(cause);
  if (failure.code === 'INTERNAL') logger.error({ err: cause, requestId }, 'subscription failed');
  return {
    message:
      failure.code === 'INTERNAL' ? 'Internal server error' : (failure.publicMessage ?? 'Not possible.'),
    extensions: { ...failure.details, code: FAILURES[failure.code].graphql, requestId },
  };
}
