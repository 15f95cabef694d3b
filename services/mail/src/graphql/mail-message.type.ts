import { connectionOf, DateTime, EmailAddress, Key, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { MailDirection } from '../domain/mail-direction.ts';
import type { MailMessage as MailMessageEntity } from '../domain/mail-message.ts';
import { RecipientKind } from '../domain/mail-recipient.ts';
import { MailStatus } from '../domain/mail-status.ts';
import { TimelineKind } from '../domain/timeline-entry.ts';

registerEnumType(MailStatus, {
  name: 'MailStatus',
  description: 'What is known of a mail.',
  valuesConfig: {
    PENDING: { description: 'Recorded; the vendor has not answered yet.' },
    SENT: { description: 'The vendor took it. Over SMTP nothing more is heard.' },
    DELIVERED: { description: 'The recipient’s server took it.' },
    BOUNCED: { description: 'The recipient’s server refused it.' },
    FAILED: { description: 'It was not sent; see errorCode.' },
    COMPLAINED: { description: 'The recipient reported it as spam.' },
    RECEIVED: { description: 'Somebody sent it to a mailbox of the workspace.' },
    OUTCOME_UNKNOWN: {
      description: 'The vendor’s answer was lost. It may have been sent; it is not sent again.',
    },
  },
});
registerEnumType(MailDirection, {
  name: 'MailDirection',
  description: 'Which way a mail went.',
  valuesConfig: {
    OUTBOUND: { description: 'The workspace sent it.' },
    INBOUND: { description: 'It came to a mailbox of the workspace.' },
  },
});
registerEnumType(RecipientKind, { name: 'MailRecipientKind', description: 'How a mail names a recipient.' });
registerEnumType(TimelineKind, {
  name: 'MailTimelineKind',
  description: 'What can be said of a mail over time.',
});

@ObjectType('MailRecipient', { description: 'One address of a mail, and what became of the mail there.' })
export class MailRecipient {
  @Field(() => EmailAddress)
  address!: string;

  @Field(() => RecipientKind)
  kind!: RecipientKind;

  @Field(() => MailStatus)
  status!: MailStatus;
}

@ObjectType('MailAttachment', { description: 'A file that goes with a mail.' })
export class MailAttachment {
  @Field(() => ID)
  uploadId!: string;

  @Field(() => String)
  filename!: string;

  @Field(() => String)
  contentType!: string;

  @Field(() => Int)
  bytes!: number;
}

@ObjectType('MailReceivedAttachment', {
  description: 'A file in a received mail. Its content stays in the mailbox.',
})
export class MailReceivedAttachment {
  @Field(() => String, { description: 'As the sender called it; `unnamed` without a name.' })
  filename!: string;

  @Field(() => String, { description: 'What the sender says it is.' })
  contentType!: string;

  @Field(() => Int)
  bytes!: number;
}

@ObjectType('MailTimelineEntry', { description: 'One line of a mail’s history.' })
export class MailTimelineEntry {
  @Field(() => DateTime)
  at!: Date;

  @Field(() => TimelineKind)
  kind!: TimelineKind;

  @Field(() => String, { nullable: true, description: 'In words, such as the recipient and a reason.' })
  detail!: string | null;
}

@Key('id')
@NodePrefix('msg')
@ObjectType('MailMessage', { implements: Node, description: 'A mail.' })
export class MailMessage extends Node {
  @Field(() => MailDirection)
  direction!: MailDirection;

  @Field(() => String, {
    description: 'The vendor it goes through, such as `sendgrid`; `imap` for what was received.',
  })
  provider!: string;

  @Field(() => ID)
  connectionId!: string;

  @Field(() => EmailAddress, {
    description:
      'Of a received mail what its From header says, which nobody vouches for; `unknown@sender.invalid` where that is no address.',
  })
  from!: string;

  @Field(() => String, {
    nullable: true,
    description: 'How the sender of a received mail calls themselves.',
  })
  fromName!: string | null;

  @Field(() => [EmailAddress])
  to!: readonly string[];

  @Field(() => [EmailAddress])
  cc!: readonly string[];

  @Field(() => [EmailAddress], { description: 'No recipient sees these.' })
  bcc!: readonly string[];

  @Field(() => [MailRecipient], { description: 'All addresses, with what became of the mail at each.' })
  recipients!: readonly MailRecipient[];

  @Field(() => String)
  subject!: string;

  @Field(() => String, { nullable: true, description: 'Of a mail from a template without its link.' })
  text!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Of a mail from a template without its link. Of a received mail without scripts, forms, frames and everything that would be fetched when it is shown; `cid:` images lose their address as well.',
  })
  html!: string | null;

  @Field(() => [MailAttachment], { description: 'The files of a sent mail.' })
  attachments!: readonly MailAttachment[];

  @Field(() => [MailReceivedAttachment], { description: 'The files of a received mail.' })
  receivedAttachments!: readonly MailReceivedAttachment[];

  @Field(() => MailStatus, { description: 'The furthest that any recipient has come; see recipients.' })
  status!: MailStatus;

  @Field(() => String, {
    nullable: true,
    description:
      'Our code or the vendor’s reason of a failure. Of a received mail why it is not all here: `MAIL_TOO_LARGE` and `MAIL_UNREADABLE` have headers only, `TEXT_TRUNCATED` has the beginning.',
  })
  errorCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Key of the built-in template it is made from.' })
  template!: string | null;

  @Field(() => Int, { nullable: true })
  templateVersion!: number | null;

  @Field(() => ID, { nullable: true, description: 'The mail it answers.' })
  replyToMessageId!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the mailbox got it; of a received mail only.' })
  receivedAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether it went through the sandbox instead of a real vendor.' })
  sandbox!: boolean;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const MailMessageConnection = connectionOf(MailMessage);

/** @param entity with its recipients and attachments loaded. */
export function toMailMessage(entity: MailMessageEntity): MailMessage {
  const recipients = entity.recipients.getItems();
  const of = (wanted: RecipientKind) =>
    recipients.filter(({ kind }) => kind === wanted).map(({ address }) => address);
  return Object.assign(new MailMessage(), {
    id: entity.id,
    direction: entity.direction,
    provider: entity.provider,
    connectionId: entity.connectionId,
    from: entity.from,
    fromName: entity.fromName,
    to: of('TO'),
    cc: of('CC'),
    bcc: of('BCC'),
    recipients: recipients.map(({ address, kind, status }) => ({ address, kind, status })),
    subject: entity.subject,
    text: entity.text,
    html: entity.html,
    attachments: entity.attachments.getItems().map(({ upload }) => ({
      uploadId: upload.id,
      filename: upload.filename,
      contentType: upload.contentType,
      bytes: upload.bytes,
    })),
    receivedAttachments: entity.receivedAttachments ?? [],
    status: entity.status,
    errorCode: entity.errorCode,
    template: entity.template,
    templateVersion: entity.templateVersion,
    replyToMessageId: entity.replyToMessageId,
    receivedAt: entity.receivedAt,
    sandbox: entity.sandbox,
    createdAt: entity.createdAt,
    updatedAt: entity.updatedAt,
  });
}
