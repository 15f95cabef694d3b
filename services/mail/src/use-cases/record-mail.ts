import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import { MailAttachment } from '../domain/mail-attachment.ts';
import { MailMessage, type TemplateOrigin } from '../domain/mail-message.ts';
import { MailRecipient } from '../domain/mail-recipient.ts';
import { type Addressee, addressKeyOf } from '../domain/recipients.ts';
import { internetMessageIdOf, referencesOfReply } from '../domain/threading.ts';
import { TimelineEntry, type TimelineKind } from '../domain/timeline-entry.ts';
import type { Upload } from '../domain/upload.ts';
import type { Account } from './choose-account.ts';

export interface MailContent {
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
}

export interface NewMail {
  readonly workspaceId: string;
  readonly userId: string | null;
  readonly account: Account;
  readonly recipients: readonly Addressee[];
  readonly content: MailContent;
  readonly attachments?: readonly Upload[];
  readonly answers?: MailMessage | null;
  readonly origin?: TemplateOrigin;
  readonly dedupeKey?: string;
}

/** Keeps a mail that is about to be sent, with its recipients, files and first line of history. */
export function recordMail(tx: EventTx, mail: NewMail): MailMessage {
  const { workspaceId, account, answers } = mail;
  const id = newId('msg');
  const message = tx.em.create(MailMessage, {
    id,
    workspaceId,
    userId: mail.userId,
    provider: account.provider,
    connectionId: account.connectionId,
    from: account.from,
    ...mail.content,
    status: 'PENDING',
    internetMessageId: internetMessageIdOf(id, account.from),
    replyToMessageId: answers?.id ?? null,
    references: answers ? referencesOfReply(answers) || null : null,
    ...mail.origin,
    dedupeKey: mail.dedupeKey ?? null,
    sandbox: account.sandbox,
  });
  mail.recipients.forEach(({ kind, address }, position) => {
    const addressKey = addressKeyOf(address);
    tx.em.create(MailRecipient, {
      id: newId('mrc'),
      workspaceId,
      message,
      kind,
      position,
      address,
      addressKey,
    });
  });
  mail.attachments?.forEach((upload, position) => {
    tx.em.create(MailAttachment, { id: newId('att'), workspaceId, message, upload, position });
  });
  addToTimeline(tx, message, 'QUEUED');
  return message;
}

/** Adds a line of our own to a mail's history. */
export function addToTimeline(
  { em }: EventTx,
  message: MailMessage,
  kind: TimelineKind,
  detail: string | null = null,
): void {
  em.create(TimelineEntry, { id: newId('mtl'), workspaceId: message.workspaceId, message, kind, detail });
}
