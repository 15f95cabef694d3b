import { refusal } from './refusal.ts';

/** Bounds of a password, in code points (NIST SP 800-63B, 5.1.1.2: at least 8, long ones accepted). */
export const PASSWORD_LENGTH_MIN = 8;
export const PASSWORD_LENGTH_MAX = 256;

/** @throws AppError REJECTED with `PASSWORD_TOO_SHORT` or `PASSWORD_TOO_LONG`. */
export function requireGoodPassword(password: string): void {
  const length = [...password].length;
  if (length < PASSWORD_LENGTH_MIN) {
    throw refusal(
      'PASSWORD_TOO_SHORT',
      `A password has at least ${PASSWORD_LENGTH_MIN} characters.`,
      'input.password',
    );
  }
  if (length > PASSWORD_LENGTH_MAX) {
    throw refusal(
      'PASSWORD_TOO_LONG',
      `A password has at most ${PASSWORD_LENGTH_MAX} characters.`,
      'input.password',
    );
  }
}
