import { requireWorkspaceActor } from '@switchboard/identity';
import {
  MailBouncedSchema,
  MailClickedSchema,
  MailComplainedSchema,
  MailDeliveredSchema,
  MailFailedSchema,
  MailOpenedSchema,
  MailOutcomeUnknownSchema,
  MailQueuedSchema,
  MailReceivedSchema,
  MailSentSchema,
} from '@switchboard/proto-schemas/evt/mail';
import {
  type Connection,
  planPage,
  RequiresScopes,
  Streams,
  type SubgraphContext,
  Tool,
  toConnection,
  toOutcome,
} from '@switchboard/subgraph';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { FindMail } from '../use-cases/find-mail.ts';
import type { SendMail } from '../use-cases/send-mail.ts';
import { MailMessagesArgs, MailSendInput, MailSendPayload } from './mail-message.input.ts';
import { MailMessage, MailMessageConnection, MailTimelineEntry, toMailMessage } from './mail-message.type.ts';

@Resolver(() => MailMessage)
export class MailMessageResolver {
  constructor(
    private readonly sendMail: SendMail,
    private readonly findMail: FindMail,
  ) {}

  @RequiresScopes('mail:read')
  @Query(() => MailMessage, { nullable: true })
  async mailMessage(
    @Arg('id', () => ID) id: string,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<MailMessage | null> {
    const [found] = await this.findMail.byIds(requireWorkspaceActor(actor), [id]);
    return found ? toMailMessage(found) : null;
  }

  @Tool()
  @RequiresScopes('mail:read')
  @Query(() => MailMessageConnection, { description: 'The workspace’s mails, newest first.' })
  async mailMessages(
    @Args(() => MailMessagesArgs) args: MailMessagesArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<MailMessage>> {
    const plan = planPage(args, { filter: args.filter });
    const rows = await this.findMail.page(requireWorkspaceActor(actor), args.filter ?? {}, plan);
    return toConnection(rows.map(toMailMessage), plan);
  }

  @RequiresScopes('mail:read')
  @Streams(() => MailMessage, {
    on: [
      MailQueuedSchema,
      MailSentSchema,
      MailDeliveredSchema,
      MailBouncedSchema,
      MailFailedSchema,
      MailComplainedSchema,
      MailOpenedSchema,
      MailClickedSchema,
      MailOutcomeUnknownSchema,
    ],
    id: 'messageId',
    description: 'Mails on their way out, or one of them, as more is known of them.',
  })
  mailMessageStatusChanged(@Arg('id', () => ID, { nullable: true }) _id: string | null): MailMessage | null {
    return null;
  }

  @RequiresScopes('mail:read')
  @Streams(() => MailMessage, {
    on: [MailReceivedSchema],
    id: 'messageId',
    description: 'Mails as they come to mailboxes of the workspace.',
  })
  mailReceived(): MailMessage | null {
    return null;
  }

  @Tool()
  @RequiresScopes('mail:send')
  @Mutation(() => MailSendPayload, { description: 'Sends one mail.' })
  async mailSend(
    @Arg('input', () => MailSendInput) input: MailSendInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<MailSendPayload> {
    const sender = requireWorkspaceActor(actor);
    const { resource, userErrors } = await toOutcome(() => this.sendMail.execute(sender, { ...input }));
    const [message] = resource ? await this.findMail.byIds(sender, [resource.messageId]) : [];
    return {
      message: message ? toMailMessage(message) : null,
      replayed: resource?.replayed ?? false,
      userErrors,
    };
  }

  @FieldResolver(() => MailMessage, { nullable: true, description: 'The mail it answers, if it is here.' })
  async replyTo(@Root() mail: MailMessage, @Ctx() context: SubgraphContext): Promise<MailMessage | null> {
    if (!mail.replyToMessageId) return null;
    const answered = await context.load('mailsById', mail.replyToMessageId, (ids: readonly string[]) =>
      this.findMail.byIds(requireWorkspaceActor(context.actor), ids),
    );
    return answered ? toMailMessage(answered) : null;
  }

  @FieldResolver(() => [MailTimelineEntry], { description: 'What is known of it, oldest first.' })
  async timeline(@Root() { id }: MailMessage, @Ctx() context: SubgraphContext): Promise<MailTimelineEntry[]> {
    const entries = await context.load('timelineOfMail', id, (ids: readonly string[]) =>
      this.findMail.timelines(requireWorkspaceActor(context.actor), ids),
    );
    return (entries ?? []).map(({ at, kind, detail }) => ({ at, kind, detail }));
  }
}
