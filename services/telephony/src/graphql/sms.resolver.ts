import { requireWorkspaceActor } from '@switchboard/identity';
import {
  SmsDeliveredSchema,
  SmsFailedSchema,
  SmsOutcomeUnknownSchema,
  SmsQueuedSchema,
  SmsReceivedSchema,
  SmsSentSchema,
} from '@switchboard/proto-schemas/evt/telephony';
import {
  type Connection,
  ConnectionArgs,
  ContactPoint,
  PhoneNumber,
  planPage,
  RequiresScopes,
  Streams,
  type SubgraphContext,
  Text,
  Tool,
  toConnection,
  toOutcome,
  UserError,
} from '@switchboard/subgraph';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { SmsStatus } from '../domain/sms-status.ts';
import type { FindSms } from '../use-cases/find-sms.ts';
import type { SendSms } from '../use-cases/send-sms.ts';
import { Sms, SmsConnection, SmsDirection, toSms } from './sms.type.ts';

@InputType('SmsSendInput')
export class SmsSendInput {
  @Text({ maxLength: 255 })
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => PhoneNumber)
  to!: string;

  @Field(() => PhoneNumber, {
    nullable: true,
    description: 'One of your numbers; your settings’ number otherwise.',
  })
  from?: string | null;

  @Text({ maxLength: 1_600, multiline: true })
  @Field(() => String)
  body!: string;
}

@ObjectType('SmsSendPayload')
export class SmsSendPayload {
  @Field(() => Sms, { nullable: true })
  sms!: Sms | null;

  @Field(() => Boolean, { description: 'Whether this key was used before, so that nothing new was sent.' })
  replayed!: boolean;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@InputType('SmsFilter')
export class SmsFilterInput {
  @Field(() => SmsDirection, { nullable: true })
  direction?: keyof typeof SmsDirection | null;

  @Field(() => SmsStatus, { nullable: true })
  status?: SmsStatus | null;

  @Field(() => PhoneNumber, { nullable: true, description: 'The other side’s number.' })
  contact?: string | null;
}

@ArgsType()
export class SmsMessagesArgs extends ConnectionArgs {
  @Field(() => SmsFilterInput, { nullable: true })
  filter?: SmsFilterInput | null;
}

@Resolver(() => Sms)
export class SmsResolver {
  constructor(
    private readonly sendSms: SendSms,
    private readonly findSms: FindSms,
  ) {}

  @RequiresScopes('telephony:read')
  @Query(() => Sms, { nullable: true })
  async sms(@Arg('id', () => ID) id: string, @Ctx() { actor }: SubgraphContext): Promise<Sms | null> {
    const [found] = await this.findSms.byIds(requireWorkspaceActor(actor), [id]);
    return found ? toSms(found) : null;
  }

  @Tool()
  @RequiresScopes('telephony:read')
  @Query(() => SmsConnection, { description: 'The workspace’s text messages, newest first.' })
  async smsMessages(
    @Args(() => SmsMessagesArgs) args: SmsMessagesArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<Sms>> {
    const plan = planPage(args, { filter: args.filter });
    const rows = await this.findSms.page(requireWorkspaceActor(actor), args.filter ?? {}, plan);
    return toConnection(rows.map(toSms), plan);
  }

  @FieldResolver(() => ContactPoint, {
    nullable: true,
    description: 'The other side, with all that is known of it.',
  })
  contactPoint(@Root() { direction, from, to }: Sms): ContactPoint | null {
    return { address: direction === SmsDirection.INBOUND ? from : to };
  }

  @RequiresScopes('telephony:read')
  @Streams(() => Sms, {
    on: [SmsReceivedSchema],
    id: 'smsId',
    description: 'Text messages as somebody sends them to one of the workspace’s numbers.',
  })
  smsReceived(): Sms | null {
    return null;
  }

  @RequiresScopes('telephony:read')
  @Streams(() => Sms, {
    on: [SmsQueuedSchema, SmsSentSchema, SmsDeliveredSchema, SmsFailedSchema, SmsOutcomeUnknownSchema],
    id: 'smsId',
    description: 'Text messages on their way out, or one of them, as more is known of them.',
  })
  smsStatusChanged(@Arg('id', () => ID, { nullable: true }) _id: string | null): Sms | null {
    return null;
  }

  @Tool()
  @RequiresScopes('telephony:send')
  @Mutation(() => SmsSendPayload, { description: 'Sends a text message through your own Twilio account.' })
  async smsSend(
    @Arg('input', () => SmsSendInput) input: SmsSendInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<SmsSendPayload> {
    const { resource, userErrors } = await toOutcome(() =>
      this.sendSms.execute(requireWorkspaceActor(actor), { ...input }),
    );
    return { sms: resource && toSms(resource.sms), replayed: resource?.replayed ?? false, userErrors };
  }
}
