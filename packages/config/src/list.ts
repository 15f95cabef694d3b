import { z } from 'zod';

/**
 * A variable that holds several values, separated by commas; none when it is absent. Blanks around them do not count.
 * @param read one value; `undefined` for what is none.
 * @param message what the variable is not, when one of its values is none: `is not a list of addresses`.
 */
export function list<T>(read: (text: string) => T | undefined, message: string) {
  return z
    .string()
    .default('')
    .transform((text, context): readonly T[] => {
      const texts = text
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '');
      const values = texts.flatMap((one) => read(one) ?? []);
      if (values.length === texts.length) return values as T[];
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });
}
