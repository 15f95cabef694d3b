import type { MailComposerOptions } from 'nodemailer/lib/mail-composer';
import type { RecipientKind } from '../../domain/mail-recipient.ts';
import type { OutgoingMail, RefusedRecipient } from '../mail-provider.ts';

/** A mail in nodemailer's words. Bcc is left out: it belongs to the envelope alone. */
export function toComposerOptions(mail: OutgoingMail): MailComposerOptions {
  const of = (wanted: RecipientKind) =>
    mail.recipients
      .filter(({ kind }) => kind === wanted)
      // Given apart from a name, an address is taken as it is and never parsed as a list.
      .map(({ address }) => ({ name: '', address }));
  return {
    from: { name: '', address: mail.from },
    to: of('TO'),
    cc: of('CC'),
    subject: mail.subject,
    messageId: mail.internetMessageId,
    ...(mail.inReplyTo && { inReplyTo: mail.inReplyTo }),
    ...(mail.references && { references: mail.references }),
    ...(mail.text && { text: mail.text }),
    ...(mail.html && { html: mail.html }),
    attachments: mail.attachments.map(({ filename, contentType, content }) => ({
      filename,
      contentType,
      content,
    })),
    // Content comes as text and bytes; nothing may make the composer fetch a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** An answer to RCPT TO, as nodemailer reports it. */
export interface RecipientError {
  readonly recipient?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
}

/**
 * A refused recipient. Only "no such mailbox" is for good (RFC 3463: 5.1.x; RFC 5321: 550 without an enhanced
 * code); 5.7.1, for one, means that this sender may not relay.
 */
export function toRefused({
  recipient = '',
  responseCode = 0,
  response = '',
}: RecipientError): RefusedRecipient {
  const enhanced = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response)?.[0];
  const permanent = enhanced === undefined ? responseCode === 550 : enhanced.startsWith('5.1.');
  return { address: recipient, permanent, code: enhanced ?? String(responseCode), reason: response };
}
