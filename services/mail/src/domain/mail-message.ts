import { Collection, OptionalProps } from '@mikro-orm/core';
import { Entity, OneToMany, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { ReceivedAttachment } from './incoming-mail.ts';
// biome-ignore lint/suspicious/noImportCycles: a relation has two ends, and the ORM is told both
import { MailAttachment } from './mail-attachment.ts';
import type { MailDirection } from './mail-direction.ts';
// biome-ignore lint/suspicious/noImportCycles: a relation has two ends, and the ORM is told both
import { MailRecipient } from './mail-recipient.ts';
import { isForward, type MailStatus } from './mail-status.ts';

/** Where the content of a mail made from a template comes from. */
export interface TemplateOrigin {
  /** Key of the built-in template, such as `invitation`. */
  readonly template: string;
  readonly templateVersion: number;
  /** What the mail is about: `vfy_…`, `rst_…`, `inv_…` or `mtg_…`. */
  readonly sourceId: string;
}

/** One mail. */
@Entity({ tableName: 'mail_messages' })
export class MailMessage {
  declare readonly [OptionalProps]?:
    | 'direction'
    | 'userId'
    | 'fromName'
    | 'senderKey'
    | 'mailboxId'
    | 'fingerprint'
    | 'receivedAt'
    | 'receivedAttachments'
    | 'text'
    | 'html'
    | 'errorCode'
    | 'providerMessageId'
    | 'replyToMessageId'
    | 'references'
    | 'template'
    | 'templateVersion'
    | 'sourceId'
    | 'dedupeKey'
    | 'createdAt'
    | 'updatedAt'
    | 'recipients'
    | 'attachments';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) direction: MailDirection = 'OUTBOUND';
  /** Who sent it; null for what was received, and for the platform's own mails and for API keys without a user. */
  @Property({ type: 'text', nullable: true }) userId: string | null = null;
  /** The vendor it goes through: `sendgrid` or `smtp`; `imap` for what was received. */
  @Property({ type: 'text' }) provider!: string;
  @Property({ type: 'text' }) connectionId!: string;
  @Property({ type: 'text', fieldName: 'from_address' }) from!: string;
  /** How the sender of a received mail calls themselves. */
  @Property({ type: 'text', nullable: true }) fromName: string | null = null;
  /** The address of a received mail's sender in lower case, for comparing. */
  @Property({ type: 'text', nullable: true, hidden: true }) senderKey: string | null = null;
  @Property({ type: 'text' }) subject!: string;
  /** As sent; for a template without its link, which would let a reader of the mail act as its recipient. */
  @Property({ type: 'text', nullable: true }) text: string | null = null;
  @Property({ type: 'text', nullable: true }) html: string | null = null;
  @Property({ type: 'text' }) status!: MailStatus;
  /** Our code or the vendor's reason of a failure, such as `550`. */
  @Property({ type: 'text', nullable: true }) errorCode: string | null = null;
  @Property({ type: 'text', nullable: true }) providerMessageId: string | null = null;
  /** The Message-ID header, angle brackets included; empty for a received mail that has none. */
  @Property({ type: 'text' }) internetMessageId!: string;
  @Property({ type: 'text', nullable: true }) replyToMessageId: string | null = null;
  /** The References header: the Message-IDs of the thread so far, oldest first. */
  @Property({ type: 'text', nullable: true, fieldName: 'thread_references' }) references: string | null =
    null;
  @Property({ type: 'text', nullable: true }) template: string | null = null;
  @Property({ type: 'integer', nullable: true }) templateVersion: number | null = null;
  @Property({ type: 'text', nullable: true }) sourceId: string | null = null;
  /** Causing event and recipient: an event delivered twice still makes one mail. */
  @Property({ type: 'text', nullable: true, hidden: true }) dedupeKey: string | null = null;
  /** The mailbox it was received in. */
  @Property({ type: 'text', nullable: true }) mailboxId: string | null = null;
  /** By what a received mail is known within its mailbox. */
  @Property({ type: 'text', nullable: true, hidden: true }) fingerprint: string | null = null;
  /** When the mailbox got it. */
  @Property({ type: 'datetime', nullable: true }) receivedAt: Date | null = null;
  /** The files of a received mail; those of a sent one are `attachments`. */
  @Property({ type: 'json', nullable: true }) receivedAttachments: readonly ReceivedAttachment[] | null =
    null;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) createdAt = new Date();
  @Property({ type: 'datetime' }) updatedAt = new Date();

  @OneToMany({ entity: () => MailRecipient, mappedBy: 'message', orderBy: { position: 'asc' } })
  recipients = new Collection<MailRecipient>(this);
  @OneToMany({ entity: () => MailAttachment, mappedBy: 'message', orderBy: { position: 'asc' } })
  attachments = new Collection<MailAttachment>(this);

  /** Takes a status if it is news. @returns whether anything changed. */
  advance(to: MailStatus, errorCode?: string): boolean {
    if (!isForward(this.status, to)) return false;
    this.status = to;
    // What failed before no longer holds; what fails now brings its own reason.
    this.errorCode = errorCode ?? null;
    this.updatedAt = new Date();
    return true;
  }

  /** Set for a mail made from a template. */
  get origin(): TemplateOrigin | undefined {
    const { template, templateVersion, sourceId } = this;
    if (!template || !templateVersion || !sourceId) return undefined;
    return { template, templateVersion, sourceId };
  }
}
