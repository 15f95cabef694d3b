import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
// biome-ignore lint/suspicious/noImportCycles: a relation has two ends, and the ORM is told both
import { MailMessage } from './mail-message.ts';
import { Upload } from './upload.ts';

/** A stored file that goes with a mail. */
@Entity({ tableName: 'mail_attachments' })
export class MailAttachment {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @ManyToOne({ entity: () => MailMessage, fieldName: 'message_id' }) message!: MailMessage;
  @ManyToOne({ entity: () => Upload, fieldName: 'upload_id' }) upload!: Upload;
  @Property({ type: 'integer' }) position!: number;
}
