/** What is taken of a mail that somebody sent us, and how much of it. Everything in it is the sender's word. */
import { sha256Of } from './hashes.ts';

/** Larger ones are kept as their headers. As large as what `mailSend` attaches. */
export const INCOMING_BYTES_MAX = 25 * 1_024 * 1_024;
/** Of text and of HTML, in characters. */
export const BODY_LENGTH_MAX = 262_144;
export const SUBJECT_LENGTH_MAX = 500;
export const NAME_LENGTH_MAX = 200;
/** Of to and cc together; further ones are left out. */
export const INCOMING_RECIPIENTS_MAX = 200;
export const INCOMING_ATTACHMENTS_MAX = 100;

/** Stands for a sender that is missing or no address (RFC 2606: `.invalid` is nobody's). */
export const UNKNOWN_SENDER = 'unknown@sender.invalid';

/** Why a mail is not all there. */
export const INCOMING_FAULTS = {
  /** Larger than 25 MB: only its headers were read. */
  tooLarge: 'MAIL_TOO_LARGE',
  /** Its MIME structure cannot be read within the limits: only its headers were. */
  unreadable: 'MAIL_UNREADABLE',
  /** Its text or HTML was longer than what is kept. */
  truncated: 'TEXT_TRUNCATED',
} as const;
export type IncomingFault = (typeof INCOMING_FAULTS)[keyof typeof INCOMING_FAULTS];

/** A file in a received mail. Its content stays in the mailbox. */
export interface ReceivedAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
}

/** A mail as it was read from a mailbox: texts are bounded, single-line where they were headers, and HTML is harmless. */
export interface IncomingMail {
  /** The Message-ID with its angle brackets; null for none, or one that no header could carry. */
  readonly internetMessageId: string | null;
  /** Message-IDs it answers, the likeliest first. */
  readonly answers: readonly string[];
  /** Of the thread so far, oldest first. */
  readonly references: readonly string[];
  /** Null for none that is an address. */
  readonly from: string | null;
  readonly fromName: string | null;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly attachments: readonly ReceivedAttachment[];
  readonly fault: IncomingFault | null;
  /** What tells it from other mails where it has no Message-ID: its Date, From and Subject as they were written. */
  readonly signs: string;
}

/** What is left of a mail whose content cannot be kept: by what it is known, and that it came. */
export function remainsOf({ internetMessageId, signs }: IncomingMail): IncomingMail {
  return {
    internetMessageId,
    signs,
    answers: [],
    references: [],
    from: null,
    fromName: null,
    to: [],
    cc: [],
    subject: '',
    text: null,
    html: null,
    attachments: [],
    fault: INCOMING_FAULTS.unreadable,
  };
}

/**
 * By what a mail is known within its mailbox, whatever UID it has: its Message-ID and its size. A mail without a Message-ID
 * is known by its date, sender and subject instead.
 */
export function fingerprintOf(
  mail: Pick<IncomingMail, 'internetMessageId' | 'signs'>,
  bytes: number,
): string {
  return sha256Of(JSON.stringify([mail.internetMessageId ?? mail.signs, bytes]));
}
