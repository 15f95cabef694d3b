import parsePhoneNumber from 'libphonenumber-js/max';
import { refusal } from './refusal.ts';

/** Numbers that a code can reach without costing its sender dearly. */
const TYPES: ReadonlySet<string | undefined> = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);

/**
 * Checks that a number is a mobile one, in E.164: premium and shared-cost numbers are how code senders are made to pay
 * (SMS pumping).
 * @throws AppError REJECTED with `PHONE_NUMBER_NOT_MOBILE`.
 */
export function requireMobile(phoneNumber: string): void {
  const parsed = parsePhoneNumber(phoneNumber);
  if (parsed?.isValid() && TYPES.has(parsed.getType())) return;
  throw refusal('PHONE_NUMBER_NOT_MOBILE', 'Give the number of a mobile phone.', 'input.phoneNumber');
}
