import { defineTextScalar, sameText } from './define-scalar.ts';

function isTimeZone(text: string): boolean {
  // Offsets such as +01:00 are accepted by the engine but are no zone: they know no summer time.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** A string. */
export const TimeZone = defineTextScalar<string>({
  name: 'TimeZone',
  description: 'A time zone by its IANA name, such as `Europe/Paris`.',
  specifiedByURL: 'https://www.iana.org/time-zones',
  ...sameText(isTimeZone),
});
