/** Which mails a command is about: sequence sets and search keys (RFC 3501 sections 6.4.4 and 9). */
import type { Argument } from './command.ts';
import type { StoredMail } from './inbox.ts';

const SET = /^(?:\d+|\*)(?::(?:\d+|\*))?(?:,(?:\d+|\*)(?::(?:\d+|\*))?)*$/;

/** Whether a number is in a set such as `1:5,9:*`; `*` is the largest there is. @returns undefined for no set. */
export function inSet(set: string, largest: number): ((number: number) => boolean) | undefined {
  if (!SET.test(set)) return undefined;
  const numberOf = (text: string): number => (text === '*' ? largest : Number(text));
  const ranges = set.split(',').map((range) => {
    const [from = '', to = from] = range.split(':');
    // Either end may be the larger: 5:* is 4:5 where 4 is the largest.
    return [Math.min(numberOf(from), numberOf(to)), Math.max(numberOf(from), numberOf(to))] as const;
  });
  return (number) => ranges.some(([low, high]) => number >= low && number <= high);
}

/** The mails that fulfil all search keys. @returns undefined for a key that is not known here. */
export function search(mails: readonly StoredMail[], keys: readonly Argument[]): StoredMail[] | undefined {
  let found = [...mails];
  const left = [...keys];
  while (left.length > 0) {
    const key = left.shift();
    if (typeof key !== 'string') return undefined;
    const fits = fitting(mails, key.toUpperCase(), left);
    if (!fits) return undefined;
    found = found.filter(fits);
  }
  return found;
}

function fitting(
  mails: readonly StoredMail[],
  key: string,
  left: Argument[],
): ((mail: StoredMail) => boolean) | undefined {
  const largestUid = mails.at(-1)?.uid ?? 0;
  switch (key) {
    case 'ALL':
    case 'UNSEEN':
      return () => true;
    case 'UID': {
      const isIn = inSet(String(left.shift() ?? ''), largestUid);
      return isIn && (({ uid }) => isIn(uid));
    }
    case 'SINCE':
    case 'BEFORE': {
      const day = dayOf(left.shift());
      if (day === undefined) return undefined;
      return ({ arrivedAt }) => arrivedAt.getTime() >= day === (key === 'SINCE');
    }
    default: {
      const isIn = inSet(key, mails.length);
      return isIn && ((mail) => isIn(mails.indexOf(mail) + 1));
    }
  }
}

/** The beginning of a day such as `21-Nov-2026`, UTC, as epoch milliseconds. */
function dayOf(text: Argument | undefined): number | undefined {
  if (typeof text !== 'string' || !/^\d{1,2}-[A-Z][a-z]{2}-\d{4}$/.test(text)) return undefined;
  const day = Date.parse(`${text.replaceAll('-', ' ')} UTC`);
  return Number.isNaN(day) ? undefined : day;
}
