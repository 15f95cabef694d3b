import { AppError, invalidInput, notFound } from '@switchboard/errors';
import { idempotently } from '@switchboard/idempotency';
import type { WorkspaceActor } from '@switchboard/identity';
import { type Intent, planIntent } from '@switchboard/intents';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { MailMessage } from '../domain/mail-message.ts';
import { type Addressee, type Addresses, addresseesOf } from '../domain/recipients.ts';
import { ATTACHMENT_BYTES_MAX, Upload } from '../domain/upload.ts';
import { recordQueued } from '../events/published.ts';
import type { MailReceipt } from '../providers/mail-provider.ts';
import type { Account, ChooseAccount } from './choose-account.ts';
import type { DeliverMailPayload } from './deliver-mail.ts';
import { recordMail } from './record-mail.ts';
import { requireUnsuppressed } from './suppressions.ts';

export interface SendMailInput extends Addresses {
  readonly idempotencyKey: string;
  /** The connection to send through; the narrowest default otherwise. */
  readonly accountId?: string | null | undefined;
  readonly subject: string;
  readonly text?: string | null | undefined;
  readonly html?: string | null | undefined;
  readonly attachments?: readonly { readonly uploadId: string }[] | null | undefined;
  readonly replyToMessageId?: string | null | undefined;
}

/** Sends one mail through one of the caller's connections. */
export class SendMail {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: ChooseAccount,
    private readonly deliver: Intent<DeliverMailPayload, MailReceipt>,
    private readonly runIntent: (intentId: string) => Promise<void>,
  ) {}

  /**
   * @returns the id of the mail, which the vendor has answered for, or which 2 s went by.
   * @throws AppError INVALID_INPUT for a mail to nobody or without content; NOT_FOUND for an unknown account, mail
   * or file; REJECTED (`RECIPIENT_SUPPRESSED`, `UPLOAD_NOT_STORED`, `ATTACHMENTS_TOO_LARGE`).
   */
  async execute(
    actor: WorkspaceActor,
    input: SendMailInput,
  ): Promise<{ messageId: string; replayed: boolean }> {
    const recipients = addresseesOf(input);
    if (!input.text?.trim() && !input.html?.trim()) throw invalidInput('text or html must be given.');
    // Asked before the transaction; what it says matters only if this key is new.
    const account = await this.#account(actor, input.accountId).catch(AppError.from);
    const { idempotencyKey, ...rest } = input;
    let intentId: string | undefined;
    const { resourceId, replayed } = await idempotently(
      this.unitOfWork,
      actor,
      { mutation: 'mailSend', idempotencyKey, input: rest, keepHours: 24 },
      async (tx) => {
        if (account instanceof AppError) throw account;
        const message = await this.#record(tx, actor, input, recipients, account);
        const causedBy = recordQueued(tx, message, recipients.length);
        await tx.em.flush();
        intentId = await planIntent(tx, this.deliver, { messageId: message.id }, { causedBy });
        return { resourceId: message.id, userErrors: [] };
      },
    );
    if (intentId) await this.runIntent(intentId);
    return { messageId: resourceId ?? '', replayed };
  }

  #account(actor: WorkspaceActor, connectionId: string | null | undefined): Promise<Account> {
    return connectionId ? this.accounts.named(actor, connectionId) : this.accounts.default(actor);
  }

  async #record(
    tx: EventTx,
    actor: WorkspaceActor,
    input: SendMailInput,
    recipients: readonly Addressee[],
    account: Account,
  ): Promise<MailMessage> {
    const answers = input.replyToMessageId
      ? await tx.em.findOne(MailMessage, { id: input.replyToMessageId })
      : null;
    if (input.replyToMessageId && !answers) throw notFound('Mail');
    await requireUnsuppressed(tx, recipients, account.sandbox);
    const uploadIds = (input.attachments ?? []).map(({ uploadId }) => uploadId);
    return recordMail(tx, {
      workspaceId: actor.workspaceId,
      userId: actor.userId ?? null,
      account,
      recipients,
      content: { subject: input.subject, text: input.text || null, html: input.html || null },
      attachments: await storedUploads(tx, uploadIds),
      answers,
    });
  }
}

async function storedUploads({ em }: EventTx, uploadIds: readonly string[]): Promise<readonly Upload[]> {
  if (uploadIds.length === 0) return [];
  const found = await em.find(Upload, { id: { $in: [...uploadIds] } });
  const uploads = uploadIds.map((id) => {
    const upload = found.find((candidate) => candidate.id === id);
    if (!upload) throw notFound('Upload');
    return upload;
  });
  if (uploads.some(({ state }) => state !== 'STORED')) {
    throw new AppError('REJECTED', 'upload not stored', {
      publicMessage: 'A file was announced but has not been uploaded yet.',
      details: { code: 'UPLOAD_NOT_STORED' },
    });
  }
  if (uploads.reduce((sum, { bytes }) => sum + bytes, 0) > ATTACHMENT_BYTES_MAX) {
    throw new AppError('REJECTED', 'attachments too large', {
      publicMessage: 'The files of one mail may have 25 MB together.',
      details: { code: 'ATTACHMENTS_TOO_LARGE' },
    });
  }
  return uploads;
}
