import PostalMime from 'postal-mime';
import { type Mail, type MailAddress, toAttachment } from '../mailbox/mailbox.ts';

/** The envelope of a submitted mail. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** Parses a raw message for the mailbox. Recipients of the envelope that no header names are `bcc`. */
export async function readMail(
  raw: Buffer,
  envelope: Envelope,
  account: string,
): Promise<Omit<Mail, 'id' | 'receivedAt'>> {
  const email = await PostalMime.parse(raw, { forceRfc822Attachments: true });
  const to = flatten(email.to);
  const cc = flatten(email.cc);
  const shown = new Set([...to, ...cc].map(({ address }) => address.toLowerCase()));
  return {
    via: 'smtp',
    account,
    from: flatten(email.from ? [email.from] : undefined)[0] ?? { address: envelope.from, name: '' },
    to,
    cc,
    bcc: envelope.to
      .filter((address) => !shown.has(address.toLowerCase()))
      .map((address) => ({ address, name: '' })),
    replyTo: flatten(email.replyTo),
    subject: email.subject ?? '',
    text: email.text ?? null,
    html: email.html ?? null,
    headers: Object.fromEntries(email.headers.map(({ key, value }) => [key, value])),
    messageId: email.messageId ?? null,
    attachments: email.attachments.map(({ content, filename, mimeType, disposition, contentId }) =>
      toAttachment(
        typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content)),
        {
          filename: filename ?? '',
          contentType: mimeType,
          disposition: disposition ?? 'attachment',
          contentId: contentId ?? null,
        },
      ),
    ),
  };
}

type Addresses = readonly { address?: string | undefined; name: string; group?: MailAddress[] | undefined }[];

function flatten(addresses: Addresses | undefined): MailAddress[] {
  return (addresses ?? []).flatMap(({ address, name, group }) =>
    address === undefined ? (group ?? []) : [{ address, name }],
  );
}
