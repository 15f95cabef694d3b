import MailComposer from 'nodemailer/lib/mail-composer';
import { z } from 'zod';
import { PLATFORM_ACCOUNT } from '../vendor.ts';

const address = z.string().min(3).max(320);
const attachment = z.strictObject({
  filename: z.string().min(1).max(255),
  contentType: z.string().min(3).max(255).default('application/octet-stream'),
  contentBase64: z.string().optional(),
  /** Instead of content: so many bytes of nothing in particular. */
  bytes: z
    .int()
    .min(0)
    .max(64 * 1_024 * 1_024)
    .optional(),
});

/** A mail from the outside world. */
export const incomingMail = z.strictObject({
  /** The account that gets it, by name or address. */
  account: z.string().min(1).default(PLATFORM_ACCOUNT),
  from: z.string().min(1).max(1_000).default('Customer <customer@example.com>'),
  /** The To header; the account's address unless told. */
  to: z.array(address).optional(),
  cc: z.array(address).optional(),
  subject: z.string().max(10_000).default(''),
  text: z.string().optional(),
  html: z.string().optional(),
  attachments: z.array(attachment).default([]),
  messageId: z.string().max(500).optional(),
  inReplyTo: z.string().max(500).optional(),
  references: z.array(z.string().max(500)).optional(),
  /** The message byte for byte, instead of everything but `account`. */
  rawBase64: z.string().optional(),
  /** How many of them; each gets a Message-ID of its own. */
  times: z.int().min(1).max(1_000).default(1),
});
export type IncomingMail = z.output<typeof incomingMail>;

/** @param to the receiving account's address. @returns the message as it goes over the wire. */
export async function composeMail(mail: IncomingMail, to: string): Promise<Buffer> {
  if (mail.rawBase64 !== undefined) return Buffer.from(mail.rawBase64, 'base64');
  const { from, cc, subject, text, html, messageId, inReplyTo, references } = mail;
  return new MailComposer({
    from,
    to: mail.to ?? [to],
    subject,
    newline: '\r\n',
    ...(cc && { cc }),
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    ...(messageId && { messageId }),
    ...(inReplyTo && { inReplyTo }),
    ...(references && { references }),
    attachments: mail.attachments.map(({ filename, contentType, contentBase64, bytes }) => ({
      filename,
      contentType,
      content:
        contentBase64 === undefined ? Buffer.alloc(bytes ?? 0, 'x') : Buffer.from(contentBase64, 'base64'),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}
