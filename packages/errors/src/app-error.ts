import type { FailureCode } from './failures.ts';

export interface FailureOptions {
  /** Safe to show to an end user; `message` is written for operators. */
  readonly publicMessage?: string | undefined;
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Extra `extensions` a client must act on, such as `{ connectionId }`. Never vendor bodies. */
  readonly details?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly cause?: unknown;
}

/** The one error class: a code of the closed list, a message for the operator, one for the user. */
export class AppError extends Error {
  override readonly name: string = 'AppError';
  readonly publicMessage: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly details: FailureOptions['details'];

  constructor(
    readonly code: FailureCode,
    message: string,
    options: FailureOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.publicMessage = options.publicMessage;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }

  /** Anything that was not raised on purpose is a defect, so it becomes INTERNAL. */
  static from(thrown: unknown): AppError {
    return thrown instanceof AppError
      ? thrown
      : new AppError('INTERNAL', 'Unexpected failure', { cause: thrown });
  }
}

/** `NOT_FOUND` with one wording, so that an unknown id and another workspace's id read the same. */
export function notFound(what: string): AppError {
  return new AppError('NOT_FOUND', `${what} not found`, { publicMessage: `${what} not found.` });
}

/** `INVALID_INPUT` whose text the caller may read. */
export function invalidInput(publicMessage: string, details?: FailureOptions['details']): AppError {
  return new AppError('INVALID_INPUT', publicMessage, { publicMessage, details });
}
