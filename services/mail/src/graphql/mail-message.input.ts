import { ConnectionArgs, EmailAddress, Text, UserError } from '@switchboard/subgraph';
import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { MailDirection } from '../domain/mail-direction.ts';
import { MailStatus } from '../domain/mail-status.ts';
import { MailMessage } from './mail-message.type.ts';

const BODY_LENGTH_MAX = 200_000;

@InputType('MailAttachmentInput')
export class MailAttachmentInput {
  @Field(() => ID, { description: 'A stored upload.' })
  uploadId!: string;
}

@InputType('MailSendInput')
export class MailSendInput {
  @Text({ maxLength: 255 })
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The connection to send through. Otherwise the narrowest there is: yours, the workspace’s, the platform’s.',
  })
  accountId?: string | null;

  @Field(() => [EmailAddress])
  to!: string[];

  @Field(() => [EmailAddress], { nullable: true })
  cc?: string[] | null;

  @Field(() => [EmailAddress], { nullable: true })
  bcc?: string[] | null;

  @Text({ maxLength: 500 })
  @Field(() => String)
  subject!: string;

  @Text({ maxLength: BODY_LENGTH_MAX, multiline: true })
  @Field(() => String, { nullable: true, description: 'At least one of text and html is needed.' })
  text?: string | null;

  @Text({ maxLength: BODY_LENGTH_MAX, multiline: true })
  @Field(() => String, { nullable: true })
  html?: string | null;

  @Field(() => [MailAttachmentInput], { nullable: true, description: 'Stored uploads, 25 MB together.' })
  attachments?: MailAttachmentInput[] | null;

  @Field(() => ID, { nullable: true, description: 'The mail it answers; it will stand in the same thread.' })
  replyToMessageId?: string | null;
}

@ObjectType('MailSendPayload')
export class MailSendPayload {
  @Field(() => MailMessage, { nullable: true })
  message!: MailMessage | null;

  @Field(() => Boolean, { description: 'Whether this key was used before, so that nothing new was sent.' })
  replayed!: boolean;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@InputType('MailFilter')
export class MailFilterInput {
  @Field(() => MailStatus, { nullable: true })
  status?: MailStatus | null;

  @Field(() => EmailAddress, {
    nullable: true,
    description: 'A recipient’s address, or the sender’s of a received mail.',
  })
  contact?: string | null;

  @Field(() => MailDirection, { nullable: true })
  direction?: MailDirection | null;

  @Field(() => String, { nullable: true, description: 'Key of a built-in template.' })
  template?: string | null;
}

@ArgsType()
export class MailMessagesArgs extends ConnectionArgs {
  @Field(() => MailFilterInput, { nullable: true })
  filter?: MailFilterInput | null;
}
