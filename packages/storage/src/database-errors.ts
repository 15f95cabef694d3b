import { ConnectionException, DriverException } from '@mikro-orm/core';
import { AppError } from '@switchboard/errors';

// PostgreSQL error codes, appendix A: class 08 connection, 57P0x shutdown, 53300 too many connections.
const UNAVAILABLE_STATES = /^(08...|57P0[123]|53300|55P03|57014)$/;
const UNAVAILABLE_SYSTEM = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN)$/;
const UNAVAILABLE_MESSAGE =
  /timeout exceeded when trying to connect|Connection terminated|connection timeout|is not queryable/i;

/** Whether a failure means "the database is away", as opposed to "the database said no". */
export function isDatabaseAway(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause ?? previousOf(error)) {
    if (error instanceof ConnectionException) return true;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    if (UNAVAILABLE_STATES.test(code) || UNAVAILABLE_SYSTEM.test(code)) return true;
    if (UNAVAILABLE_MESSAGE.test(error.message)) return true;
  }
  return false;
}

function previousOf(error: Error): unknown {
  return error instanceof DriverException && 'previous' in error ? error.previous : undefined;
}

/** A database that is away is a 503 the caller may repeat; everything else passes unchanged. */
export function translateDatabaseError(thrown: unknown): unknown {
  if (thrown instanceof AppError || !isDatabaseAway(thrown)) return thrown;
  return new AppError('UNAVAILABLE', 'The database is away', {
    publicMessage: 'Temporarily unavailable. Try again.',
    retryAfterMs: 1000,
    cause: thrown,
  });
}
