import { z } from 'zod';

const NAME_LENGTH_MAX = 200;

// Names stand in subjects, which are headers: one line, no control characters.
const oneLine = z
  .string()
  .max(NAME_LENGTH_MAX)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u);

/** A name that must be there. */
export const name = (description: string) => oneLine.min(1).meta({ description });

/** How to address the recipient; a mail to somebody without a name says "there". */
export const firstName = oneLine.default('').meta({ description: 'First name of the recipient, if known.' });

/** A web address to follow. */
export const link = (description: string) =>
  z
    .url({ protocol: /^https?$/ })
    .max(4_096)
    .meta({ description });

/** A span of time in words, such as "7 days". */
export const span = (description: string) => z.string().min(1).max(50).meta({ description });

/** A phrase of ours, such as a date in words. */
export const phrase = (description: string) => oneLine.min(1).meta({ description });

export function greetingFor(recipient: string): string {
  return `Hi ${recipient.trim() || 'there'},`;
}
