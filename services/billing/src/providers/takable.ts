import { AppError } from '@switchboard/errors';

/** An amount the vendor would refuse. */
export function notTakable(code: string, publicMessage: string): AppError {
  return new AppError('REJECTED', code, { publicMessage, details: { code } });
}
