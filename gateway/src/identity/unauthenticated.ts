import { AppError } from '@switchboard/errors';

/** One wording for every refused credential: which part of it was wrong is not for the caller. */
export function unauthenticated(why: string, cause?: unknown): AppError {
  return new AppError('UNAUTHENTICATED', `Refused: ${why}`, {
    publicMessage: 'The credentials are not valid.',
    cause,
  });
}
