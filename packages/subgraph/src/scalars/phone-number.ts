import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { defineTextScalar, sameText } from './define-scalar.ts';

/** Whether a text is a phone number in E.164, complete, of a length its country uses. */
export function isPhoneNumber(text: string): boolean {
  if (!/^\+[1-9]\d{5,14}$/.test(text)) return false;
  const parsed = parsePhoneNumberFromString(text);
  return parsed !== undefined && parsed.number === text && parsed.isPossible();
}

/** A string. Possible, not assigned: new ranges appear sooner than new metadata. */
export const PhoneNumber = defineTextScalar<string>({
  name: 'PhoneNumber',
  description: 'A phone number in E.164, such as `+14155550123`.',
  specifiedByURL: 'https://www.itu.int/rec/T-REC-E.164',
  ...sameText(isPhoneNumber),
});
