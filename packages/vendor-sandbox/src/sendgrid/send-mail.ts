import { type MailAddress, toAttachment } from '../mailbox/mailbox.ts';
import { base64UrlId, hexId } from '../random-ids.ts';
import type { World } from '../world.ts';
import type { SendgridAccount } from './account.ts';
import type { SendgridEvents } from './events.ts';
import type { EmailObject, MailSendBody, Personalization } from './mail-send-body.ts';

/** Accepts a checked mail: one mail in the mailbox for each personalization, one delivery for each receiver. */
export function sendMail(
  world: World,
  events: SendgridEvents,
  account: SendgridAccount,
  body: MailSendBody,
): { messageId: string } {
  const messageId = base64UrlId(16);
  let sequence = 0;
  for (const personalization of body.personalizations) {
    const headers = { ...body.headers, ...personalization.headers };
    const smtpId =
      Object.entries(headers).find(([name]) => name.toLowerCase() === 'message-id')?.[1] ??
      `<${messageId}@geopod-ismtpd-sandbox>`;
    putIntoMailbox(world, account, body, personalization, { messageId, headers });
    for (const { email } of [
      personalization.to,
      personalization.cc ?? [],
      personalization.bcc ?? [],
    ].flat()) {
      const sgMessageId = `${messageId}.recvd-${hexId(9)}-${hexId(5)}-1-${hexId(8).toUpperCase()}-${sequence.toString(16).toUpperCase()}.0`;
      sequence += 1;
      const delivery = {
        email,
        messageId,
        sgMessageId,
        smtpId,
        categories: body.categories ?? [],
        customArguments: { ...body.custom_args, ...personalization.custom_args },
      };
      account.deliveries.set(sgMessageId, delivery);
      events.follow(account, delivery);
    }
  }
  return { messageId };
}

function putIntoMailbox(
  world: World,
  account: SendgridAccount,
  body: MailSendBody,
  personalization: Personalization,
  { messageId, headers }: { messageId: string; headers: Record<string, string> },
): void {
  const filled = (text: string): string =>
    Object.entries(personalization.substitutions ?? {}).reduce(
      (result, [tag, value]) => result.replaceAll(tag, value),
      text,
    );
  const part = (type: string): string | null => {
    const value = body.content?.find((block) => block.type === type)?.value;
    return value === undefined ? null : filled(value);
  };
  const reachable = (addresses: EmailObject[] | undefined): MailAddress[] =>
    (addresses ?? [])
      .filter(({ email }) => !account.suppressions.has(email.toLowerCase()))
      .map(toMailAddress);
  world.mailbox.add({
    via: 'sendgrid',
    account: account.name,
    from: toMailAddress(personalization.from ?? body.from),
    to: reachable(personalization.to),
    cc: reachable(personalization.cc),
    bcc: reachable(personalization.bcc),
    replyTo: [body.reply_to ?? [], body.reply_to_list ?? []].flat().map(toMailAddress),
    subject: filled(personalization.subject ?? body.subject ?? ''),
    text: part('text/plain'),
    html: part('text/html'),
    headers,
    messageId,
    attachments: (body.attachments ?? []).map((attachment) =>
      toAttachment(Buffer.from(attachment.content, 'base64'), {
        filename: attachment.filename,
        contentType: attachment.type ?? 'application/octet-stream',
        disposition: attachment.disposition ?? 'attachment',
        contentId: attachment.content_id ?? null,
      }),
    ),
  });
}

const toMailAddress = ({ email, name }: EmailObject): MailAddress => ({ address: email, name: name ?? '' });
