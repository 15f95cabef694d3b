import { domainToASCII } from 'node:url';
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import {
  BODY_LENGTH_MAX,
  INCOMING_ATTACHMENTS_MAX,
  INCOMING_FAULTS,
  INCOMING_RECIPIENTS_MAX,
  type IncomingFault,
  type IncomingMail,
  NAME_LENGTH_MAX,
  type ReceivedAttachment,
  SUBJECT_LENGTH_MAX,
} from '../../domain/incoming-mail.ts';
import { safeHtml } from '../safe-html.ts';
import { PRUNED, pruneMessage } from './prune-message.ts';

const HEADER_BYTES_MAX = 256 * 1_024;
/** How much of a mail is read where only its headers are wanted. */
export const HEAD_BYTES = HEADER_BYTES_MAX;

const REFERENCES_MAX = 20;
const FILENAME_LENGTH_MAX = 255;
// RFC 5322 section 3.6.4, within what our own headers may carry: visible ASCII between angle brackets.
const MESSAGE_ID = /<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>/g;
// RFC 5321 without quoted local parts: what `EmailAddress` takes.
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const CONTENT_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
// Whatever ends a line for some reader, orders text anew, or cannot be stored.
const NOT_IN_A_LINE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
const NOT_IN_TEXT = /[^\P{Cc}\n\t]+/gu;

/** Reads a whole message. One that cannot be read within the limits gives its headers, and says so. */
export async function toIncomingMail(raw: Buffer): Promise<IncomingMail> {
  try {
    const pruned = pruneMessage(raw);
    // A mail within a mail is a file.
    const email = await PostalMime.parse(pruned.raw, { maxRfc822NestingDepth: 0 });
    return mailOf(email, pruned.isCut ? INCOMING_FAULTS.truncated : null);
  } catch {
    return toHeadOfMail(raw, INCOMING_FAULTS.unreadable);
  }
}

/** Reads the headers of a message, and nothing behind them. @param raw the message, or as much of it as is there. */
export async function toHeadOfMail(raw: Buffer, fault: IncomingFault): Promise<IncomingMail> {
  const head = headOf(raw);
  try {
    return mailOf(withoutBody(await PostalMime.parse(head, { maxHeadersSize: HEADER_BYTES_MAX })), fault);
  } catch {
    return mailOf({ headers: [], headerLines: [], attachments: [] }, fault);
  }
}

/** Up to the first empty line, cut between lines at 256 KB; and an empty line, so that none of it is taken for a body. */
function headOf(raw: Buffer): Buffer {
  const begin = raw.subarray(0, HEADER_BYTES_MAX - 4);
  const ends = [begin.indexOf('\r\n\r\n'), begin.indexOf('\n\n')].filter((at) => at >= 0);
  const end = ends.length > 0 ? Math.min(...ends) : begin.lastIndexOf('\n');
  return Buffer.concat([begin.subarray(0, Math.max(end, 0)), Buffer.from('\r\n\r\n')]);
}

function withoutBody(email: Email): Email {
  return { ...email, text: undefined, html: undefined, attachments: [] };
}

function mailOf(email: Email, fault: IncomingFault | null): IncomingMail {
  const [from] = flatten(email.from ? [email.from] : undefined);
  const address = from && addressOf(from.address);
  const to = addressesOf(email.to);
  const inReplyTo = messageIdsIn(email.inReplyTo);
  const references = messageIdsIn(email.references);
  const isCut = isLong(email.text) || isLong(email.html);
  return {
    internetMessageId: messageIdsIn(email.messageId)[0] ?? null,
    answers: [...new Set([...inReplyTo, ...references.toReversed()])].slice(0, REFERENCES_MAX),
    references: shortened(references.length > 0 ? references : inReplyTo),
    from: address ?? null,
    fromName: (from && line(from.name, NAME_LENGTH_MAX)) || null,
    to: to.slice(0, INCOMING_RECIPIENTS_MAX),
    cc: addressesOf(email.cc).slice(0, Math.max(0, INCOMING_RECIPIENTS_MAX - to.length)),
    subject: line(email.subject ?? '', SUBJECT_LENGTH_MAX),
    text: textOf(email.text ?? '') || null,
    html: htmlOf(email.html ?? '') || null,
    attachments: email.attachments.slice(0, INCOMING_ATTACHMENTS_MAX).map(attachmentOf),
    fault: fault ?? (isCut ? INCOMING_FAULTS.truncated : null),
    signs: JSON.stringify(['message-id', 'date', 'from', 'subject'].map((key) => headerOf(email, key))),
  };
}

function headerOf({ headers }: Email, key: string): string {
  return (headers.find((header) => header.key === key)?.value ?? '').slice(0, 1_000);
}

function isLong(text: string | undefined): boolean {
  return text !== undefined && text.length > BODY_LENGTH_MAX;
}

function textOf(text: string): string {
  const lines = text.slice(0, BODY_LENGTH_MAX).replace(/\r\n?/g, '\n');
  return storable(lines).replace(NOT_IN_TEXT, '').trimEnd();
}

/** Cut before it is made harmless: what is cut afterwards could end within a tag. */
function htmlOf(html: string): string {
  return safeHtml(storable(html.slice(0, BODY_LENGTH_MAX))).trim();
}

/** NUL and halves of characters are no text to a database. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** One line: what would begin another one becomes a space. */
function line(text: string, lengthMax: number): string {
  const plain = storable(text.slice(0, 4 * lengthMax)).replace(NOT_IN_A_LINE, ' ');
  return [...plain.trim()].slice(0, lengthMax).join('');
}

function messageIdsIn(header: string | undefined): string[] {
  return [...(header ?? '').slice(0, 20_000).matchAll(MESSAGE_ID)].map(([id]) => id);
}

/** The first and the newest are what clients thread by. */
function shortened(references: readonly string[]): string[] {
  const [first, ...others] = references;
  return first === undefined ? [] : [first, ...others.slice(1 - REFERENCES_MAX)];
}

interface Named {
  readonly address: string;
  readonly name: string;
}

function flatten(addresses: readonly Address[] | undefined): Named[] {
  return (addresses ?? []).flatMap(({ address, name, group }) =>
    address === undefined ? (group ?? []) : [{ address, name }],
  );
}

/** Those that are addresses, each once. */
function addressesOf(addresses: readonly Address[] | undefined): string[] {
  const found = new Map<string, string>();
  for (const { address } of flatten(addresses)) {
    const valid = addressOf(address);
    if (valid !== undefined && !found.has(valid.toLowerCase())) found.set(valid.toLowerCase(), valid);
  }
  return [...found.values()];
}

function addressOf(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  if (at < 1 || at > 64 || text.length > 254 || !LOCAL.test(local)) return undefined;
  const domain = domainToASCII(text.slice(at + 1));
  return DOMAIN.test(domain) ? `${local}@${domain}` : undefined;
}

function attachmentOf({ filename, mimeType, content, description }: Attachment): ReceivedAttachment {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
  return {
    filename: line(filename ?? '', FILENAME_LENGTH_MAX) || 'unnamed',
    contentType: CONTENT_TYPE.test(mimeType) ? mimeType : 'application/octet-stream',
    bytes: description === PRUNED ? Number(bytes.toString('latin1')) || 0 : bytes.length,
  };
}
