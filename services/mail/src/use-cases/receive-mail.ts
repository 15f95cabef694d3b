import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import { fingerprintOf, type IncomingMail, UNKNOWN_SENDER } from '../domain/incoming-mail.ts';
import { MailMessage } from '../domain/mail-message.ts';
import { MailRecipient } from '../domain/mail-recipient.ts';
import { addressKeyOf } from '../domain/recipients.ts';
import { recordReceived } from '../events/published.ts';
import type { MailHead } from '../providers/mail-provider.ts';
import type { LeasedMailbox } from './mailbox-leases.ts';
import { addToTimeline } from './record-mail.ts';

/** A mail as it was found in a mailbox. */
export interface FoundMail {
  readonly head: MailHead;
  readonly mail: IncomingMail;
}

type Source = Pick<LeasedMailbox, 'id' | 'workspaceId' | 'connectionId' | 'sandbox'>;

/**
 * Keeps mails of one mailbox, each once: one that is known by its fingerprint is the same mail under another UID. Under the
 * mailbox's lease, or two readers would both find a mail unknown.
 * @param provider how they were read, such as `imap`.
 */
export async function receiveMails(
  tx: EventTx,
  mailbox: Source,
  provider: string,
  found: readonly FoundMail[],
): Promise<void> {
  const byFingerprint = new Map<string, FoundMail>();
  for (const one of found) {
    const fingerprint = fingerprintOf(one.mail, one.head.bytes);
    if (!byFingerprint.has(fingerprint)) byFingerprint.set(fingerprint, one);
  }
  const known = await knownAmong(tx, mailbox, [...byFingerprint.keys()]);
  const fresh = [...byFingerprint].filter(([fingerprint]) => !known.has(fingerprint));
  const answered = await answeredBy(
    tx,
    mailbox,
    fresh.flatMap(([, { mail }]) => mail.answers),
  );
  for (const [fingerprint, { head, mail }] of fresh) {
    const replyToMessageId =
      mail.answers.map((id) => answered.get(id)).find((id) => id !== undefined) ?? null;
    const message = keep(tx, mailbox, provider, { head, mail }, fingerprint, replyToMessageId);
    recordReceived(tx, message, head.bytes);
  }
}

function keep(
  tx: EventTx,
  mailbox: Source,
  provider: string,
  { head, mail }: FoundMail,
  fingerprint: string,
  replyToMessageId: string | null,
): MailMessage {
  const { workspaceId, connectionId, sandbox } = mailbox;
  const message = tx.em.create(MailMessage, {
    id: newId('msg'),
    workspaceId,
    direction: 'INBOUND',
    provider,
    connectionId,
    from: mail.from ?? UNKNOWN_SENDER,
    fromName: mail.fromName,
    senderKey: mail.from && addressKeyOf(mail.from),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    status: 'RECEIVED',
    errorCode: mail.fault,
    internetMessageId: mail.internetMessageId ?? '',
    replyToMessageId,
    references: mail.references.join(' ') || null,
    mailboxId: mailbox.id,
    fingerprint,
    receivedAt: head.arrivedAt,
    receivedAttachments: mail.attachments,
    sandbox,
  });
  const addressees = [
    ...mail.to.map((address) => ({ kind: 'TO' as const, address })),
    ...mail.cc.map((address) => ({ kind: 'CC' as const, address })),
  ];
  const seen = new Set<string>();
  addressees.forEach(({ kind, address }, position) => {
    const addressKey = addressKeyOf(address);
    if (seen.has(addressKey)) return;
    seen.add(addressKey);
    const status = 'RECEIVED';
    const id = newId('mrc');
    tx.em.create(MailRecipient, { id, workspaceId, message, kind, position, address, addressKey, status });
  });
  addToTimeline(tx, message, 'RECEIVED');
  return message;
}

async function knownAmong(
  { em }: EventTx,
  { id }: Source,
  fingerprints: readonly string[],
): Promise<Set<string>> {
  if (fingerprints.length === 0) return new Set();
  const rows = await em.execute<{ fingerprint: string }[]>(
    'select fingerprint from mail_messages where mailbox_id = ? and fingerprint in (?)',
    [id, fingerprints],
  );
  return new Set(rows.map(({ fingerprint }) => fingerprint));
}

/** The mails of the same workspace that Message-IDs are of; what is in the sandbox answers nothing outside of it. */
async function answeredBy(
  { em }: EventTx,
  { workspaceId, sandbox }: Source,
  internetMessageIds: readonly string[],
): Promise<Map<string, string>> {
  if (internetMessageIds.length === 0) return new Map();
  const rows = await em.execute<{ id: string; internet_message_id: string }[]>(
    `select id, internet_message_id from mail_messages
     where workspace_id = ? and sandbox = ? and internet_message_id in (?) order by id`,
    [workspaceId, sandbox, [...new Set(internetMessageIds)]],
  );
  return new Map(rows.map((row) => [row.internet_message_id, row.id]));
}
