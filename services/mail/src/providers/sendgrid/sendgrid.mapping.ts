import type { RecipientKind } from '../../domain/mail-recipient.ts';
import type { OutgoingMail } from '../mail-provider.ts';
import type { MailData } from './sendgrid.client.ts';

/** The custom argument that every event of a mail gives back. */
export const MESSAGE_ARGUMENT = 'switchboard_message_id';

/** A mail in the SDK's words: one personalization, so that everybody sees the same To and Cc. */
export function toMailData(mail: OutgoingMail): MailData {
  const of = (wanted: RecipientKind) =>
    mail.recipients.filter(({ kind }) => kind === wanted).map(({ address }) => ({ email: address }));
  const [to, cc, bcc] = [of('TO'), of('CC'), of('BCC')];
  // Plain text first, as SendGrid demands.
  const [first = { type: 'text/plain', value: '' }, ...others] = [
    ...(mail.text ? [{ type: 'text/plain', value: mail.text }] : []),
    ...(mail.html ? [{ type: 'text/html', value: mail.html }] : []),
  ];
  return {
    personalizations: [{ to, ...(cc.length > 0 && { cc }), ...(bcc.length > 0 && { bcc }) }],
    from: { email: mail.from },
    subject: mail.subject,
    content: [first, ...others],
    headers: {
      'Message-ID': mail.internetMessageId,
      ...(mail.inReplyTo && { 'In-Reply-To': mail.inReplyTo }),
      ...(mail.references && { References: mail.references }),
    },
    customArgs: { [MESSAGE_ARGUMENT]: mail.messageId },
    ...(mail.attachments.length > 0 && {
      attachments: mail.attachments.map(({ filename, contentType, content: bytes }) => ({
        content: bytes.toString('base64'),
        filename,
        type: contentType,
        disposition: 'attachment',
      })),
    }),
    // A rewritten link would leave its token at the vendor.
    ...(mail.hasSecretLink && {
      trackingSettings: { clickTracking: { enable: false, enableText: false } },
    }),
  };
}
