import { createHash, randomUUID } from 'node:crypto';
import { Ring } from '../bounded.ts';

/** A name and address as written in a mail. */
export interface MailAddress {
  readonly address: string;
  readonly name: string;
}

/** A file in a mail. `contentBase64` is shown for one mail at a time only. */
export interface MailAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly disposition: string;
  readonly contentId: string | null;
  readonly bytes: number;
  readonly sha256: string;
  readonly contentBase64: string;
}

/** A mail that reached the sandbox, by whichever vendor. */
export interface Mail {
  readonly id: string;
  readonly via: 'sendgrid' | 'smtp';
  /** The sandbox account that sent it. */
  readonly account: string;
  readonly receivedAt: string;
  readonly from: MailAddress;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  /** Recipients that no header shows. */
  readonly bcc: readonly MailAddress[];
  readonly replyTo: readonly MailAddress[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The Message-ID header, or SendGrid's X-Message-Id. */
  readonly messageId: string | null;
  readonly attachments: readonly MailAttachment[];
}

const MAILS_MAX = 1_000;

/** All mail of the sandbox, the last 1,000. */
export class Mailbox {
  readonly #mails = new Ring<Mail>(MAILS_MAX);

  add(mail: Omit<Mail, 'id' | 'receivedAt'>): Mail {
    const added = { ...mail, id: randomUUID(), receivedAt: new Date().toISOString() };
    this.#mails.push(added);
    return added;
  }

  /** Newest first; `to` matches any recipient's address, without regard to case. */
  list(filter: { to?: string | undefined; limit?: number | undefined }): Mail[] {
    const wanted = filter.to?.toLowerCase();
    const mails = this.#mails.newestFirst();
    const fitting = wanted
      ? mails.filter((mail) =>
          [...mail.to, ...mail.cc, ...mail.bcc].some(({ address }) => address.toLowerCase() === wanted),
        )
      : mails;
    return fitting.slice(0, filter.limit ?? MAILS_MAX);
  }

  find(mailId: string): Mail | undefined {
    return this.#mails.newestFirst().find((mail) => mail.id === mailId);
  }

  clear(): void {
    this.#mails.clear();
  }
}

/** Makes an attachment from its bytes. */
export function toAttachment(
  content: Buffer,
  details: { filename: string; contentType: string; disposition: string; contentId: string | null },
): MailAttachment {
  return {
    ...details,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    contentBase64: content.toString('base64'),
  };
}
