import { notFound, ProviderError } from '@switchboard/errors';
import { defineIntent, type Intent } from '@switchboard/intents';
import type { EventTx } from '@switchboard/messaging';
import { type CredentialLender, type ProviderRegistry, requireRole } from '@switchboard/providers';
import { type Database, SYSTEM } from '@switchboard/storage';
import { requireHeaderText, requireOneAddress } from '../domain/header-text.ts';
import { MailMessage } from '../domain/mail-message.ts';
import { addressKeyOf } from '../domain/recipients.ts';
import { recordMailStatus } from '../events/published.ts';
import type { MailProvider, MailReceipt, OutgoingMail } from '../providers/mail-provider.ts';
import { lockMessages } from './lock-messages.ts';
import { addToTimeline } from './record-mail.ts';
import { suppress } from './suppressions.ts';
import type { TemplateContents } from './template-contents.ts';
import { filesOf } from './upload-contents.ts';

export interface DeliverMailPayload {
  readonly messageId: string;
}

interface Deps {
  readonly database: Database;
  readonly lender: CredentialLender;
  readonly providers: ProviderRegistry<MailProvider>;
  readonly contents: TemplateContents;
}

/** Hands a recorded mail to its vendor. Mail vendors have no idempotency keys: it is never tried twice in doubt. */
export function deliverMail(deps: Deps): Intent<DeliverMailPayload, MailReceipt> {
  return defineIntent<DeliverMailPayload, MailReceipt>({
    kind: 'deliver-mail',
    repeatable: false,
    async act({ messageId }, { intentId, signal }) {
      const { message, outgoing } = await prepare(deps, messageId);
      const request = {
        vendor: message.provider,
        workspaceId: message.workspaceId,
        userId: message.userId ?? undefined,
        connectionId: message.connectionId,
        mode: 'live',
      } as const;
      const sender = requireRole(deps.providers.get(message.provider), 'sender');
      return deps.lender.use(request, (credential) =>
        sender.send(outgoing, { credential, idempotencyKey: intentId, signal }),
      );
    },
    async settle(tx, { messageId }, receipt) {
      const [message] = await lockMessages(tx, { ids: [messageId] });
      if (!message) throw notFound('Mail');
      message.providerMessageId ??= receipt.providerMessageId ?? null;
      await settle(tx, message, receipt);
    },
    async fail(tx, { messageId }, error) {
      const [message] = await lockMessages(tx, { ids: [messageId] });
      if (!message) throw notFound('Mail');
      const vendorCode = error instanceof ProviderError ? error.vendor.vendorCode : undefined;
      const status = error.code === 'OUTCOME_UNKNOWN' ? 'OUTCOME_UNKNOWN' : 'FAILED';
      const detailCode = typeof error.details?.code === 'string' ? error.details.code : undefined;
      for (const recipient of message.recipients) recipient.advance(status);
      // The vendor's events may have been faster; then they know better.
      if (!message.advance(status, vendorCode ?? detailCode ?? error.code)) return;
      addToTimeline(tx, message, status, error.publicMessage ?? null);
      recordMailStatus(tx, message);
    },
  });
}

async function settle(tx: EventTx, message: MailMessage, { refused }: MailReceipt): Promise<void> {
  const refusedBy = new Map(refused.map((entry) => [addressKeyOf(entry.address), entry]));
  const recipients = message.recipients.getItems();
  const taken = recipients.filter(({ addressKey }) => !refusedBy.has(addressKey));
  for (const recipient of taken) recipient.advance('SENT');
  if (taken.length > 0 && message.advance('SENT')) recordMailStatus(tx, message);
  if (taken.length > 0) addToTimeline(tx, message, 'SENT');
  for (const recipient of recipients) {
    const refusal = refusedBy.get(recipient.addressKey);
    if (!refusal) continue;
    const { permanent, code, reason } = refusal;
    recipient.advance('BOUNCED');
    addToTimeline(tx, message, 'BOUNCED', `${recipient.address}: ${reason}`);
    if (permanent) await suppress(tx, message, recipient.address, 'HARD_BOUNCE');
    if (message.advance('BOUNCED', code)) recordMailStatus(tx, message, { permanent });
  }
}

/** Everything the vendor needs; read before it is called, so that no transaction is open meanwhile. */
async function prepare(
  deps: Deps,
  messageId: string,
): Promise<{ message: MailMessage; outgoing: OutgoingMail }> {
  const { message, files } = await deps.database.read(SYSTEM, async (em) => {
    const found = await em.findOneOrFail(
      MailMessage,
      { id: messageId },
      { populate: ['recipients', 'attachments.upload'] },
    );
    const uploads = found.attachments.getItems().map(({ upload }) => upload);
    return { message: found, files: await filesOf(em, uploads) };
  });
  const { origin, recipients: addressees, workspaceId } = message;
  const recipients = addressees.getItems().map(({ kind, address }) => ({ kind, address }));
  const own = { subject: message.subject, text: message.text, html: message.html };
  // The link of a mail from a template is in nobody's database: it is asked for again.
  const content = origin
    ? await deps.contents.forRecipient(origin, workspaceId, recipients[0]?.address ?? '')
    : own;
  const parent = message.references?.split(' ').at(-1);
  const outgoing: OutgoingMail = {
    messageId,
    internetMessageId: message.internetMessageId,
    inReplyTo: parent,
    references: message.references ?? undefined,
    from: message.from,
    recipients,
    subject: content.subject,
    text: content.text ?? undefined,
    html: content.html ?? undefined,
    attachments: files,
    hasSecretLink: origin !== undefined,
  };
  checkHeaders(outgoing);
  return { message, outgoing };
}

/** The API refuses such texts already; nothing that became a header some other way passes here either. */
function checkHeaders(mail: OutgoingMail): void {
  requireOneAddress('from', mail.from);
  for (const { address } of mail.recipients) requireOneAddress('recipient', address);
  requireHeaderText('subject', mail.subject);
  requireHeaderText('message id', mail.internetMessageId);
  requireHeaderText('references', mail.references ?? '');
  for (const { filename, contentType } of mail.attachments) {
    requireHeaderText('filename', filename);
    requireHeaderText('content type', contentType);
  }
}
