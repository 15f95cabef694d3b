/** What FETCH answers for one mail (RFC 3501 section 7.4.2). */
import type { Argument } from './command.ts';
import type { StoredMail } from './inbox.ts';

const BODY = /^BODY(?:\.PEEK)?\[(HEADER|TEXT|)\](?:<(\d+)\.(\d+)>)?$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

type Item = (mail: StoredMail) => readonly (string | Buffer)[];

/** Reads the wanted items; UID is always among them for UID FETCH. @returns undefined for one that is not known here. */
export function fetchItems(wanted: Argument, options: { withUid: boolean }): readonly Item[] | undefined {
  const names = typeof wanted === 'string' ? [wanted] : wanted;
  const items = names.map((name) => (typeof name === 'string' ? itemNamed(name.toUpperCase()) : undefined));
  if (items.length === 0 || items.some((item) => item === undefined)) return undefined;
  const hasUid = names.some((name) => typeof name === 'string' && name.toUpperCase() === 'UID');
  return [...(options.withUid && !hasUid ? [uid] : []), ...(items as Item[])];
}

/** One untagged answer, line end included. */
export function fetchAnswer(sequence: number, mail: StoredMail, items: readonly Item[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`* ${sequence} FETCH (`)];
  items.forEach((item, index) => {
    if (index > 0) parts.push(Buffer.from(' '));
    for (const part of item(mail)) parts.push(typeof part === 'string' ? Buffer.from(part, 'latin1') : part);
  });
  parts.push(Buffer.from(')\r\n'));
  return Buffer.concat(parts);
}

const uid: Item = (mail) => [`UID ${mail.uid}`];

function itemNamed(name: string): Item | undefined {
  if (name === 'UID') return uid;
  if (name === 'FLAGS') return () => ['FLAGS ()'];
  if (name === 'INTERNALDATE') return ({ arrivedAt }) => [`INTERNALDATE "${dateTimeOf(arrivedAt)}"`];
  if (name === 'RFC822.SIZE') return ({ raw }) => [`RFC822.SIZE ${raw.length}`];
  const match = BODY.exec(name);
  if (!match) return undefined;
  const [, section = '', from, count] = match;
  return ({ raw }) => {
    const whole = sectionOf(raw, section);
    const start = Number(from ?? 0);
    const bytes = from === undefined ? whole : whole.subarray(start, start + Number(count));
    return [`BODY[${section}]${from === undefined ? '' : `<${start}>`} {${bytes.length}}\r\n`, bytes];
  };
}

function sectionOf(raw: Buffer, section: string): Buffer {
  if (section === '') return raw;
  const end = raw.indexOf('\r\n\r\n');
  const bodyAt = end < 0 ? raw.length : end + 4;
  return section === 'HEADER' ? raw.subarray(0, bodyAt) : raw.subarray(bodyAt);
}

/** RFC 3501 section 9, date-time: `21-Nov-2026 09:30:00 +0000`. */
function dateTimeOf(at: Date): string {
  const day = String(at.getUTCDate()).padStart(2, ' ');
  return `${day}-${MONTHS[at.getUTCMonth()]}-${at.getUTCFullYear()} ${at.toISOString().slice(11, 19)} +0000`;
}
