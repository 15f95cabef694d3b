import { OptionalProps } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
// biome-ignore lint/suspicious/noImportCycles: a relation has two ends, and the ORM is told both
import { MailMessage } from './mail-message.ts';
import { isForward, type MailStatus } from './mail-status.ts';

export const RecipientKind = { TO: 'TO', CC: 'CC', BCC: 'BCC' } as const;
export type RecipientKind = keyof typeof RecipientKind;

/** One address of a mail, and what became of the mail there. */
@Entity({ tableName: 'mail_recipients' })
export class MailRecipient {
  declare readonly [OptionalProps]?: 'status';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @ManyToOne({ entity: () => MailMessage, fieldName: 'message_id' }) message!: MailMessage;
  @Property({ type: 'text' }) kind!: RecipientKind;
  @Property({ type: 'integer' }) position!: number;
  /** As it was given. */
  @Property({ type: 'text' }) address!: string;
  /** In lower case, for comparing. */
  @Property({ type: 'text' }) addressKey!: string;
  @Property({ type: 'text' }) status: MailStatus = 'PENDING';

  /** Takes a status if it is news. */
  advance(to: MailStatus): void {
    if (isForward(this.status, to)) this.status = to;
  }
}
