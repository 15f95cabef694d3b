import { AppError } from '@switchboard/errors';

/**
 * A refusal that a screen draws: it becomes one entry of the payload's `userErrors`.
 * @param code stable name in UPPER_SNAKE, such as `EMAIL_TAKEN`.
 * @param path the input field it concerns, dotted, such as `input.email`.
 */
export function refusal(code: string, publicMessage: string, path?: string): AppError {
  return new AppError('REJECTED', `${code}: ${publicMessage}`, {
    publicMessage,
    details: path === undefined ? { code } : { code, path },
  });
}
