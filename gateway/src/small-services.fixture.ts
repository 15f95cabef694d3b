import 'reflect-metadata';
import { composeSupergraph } from '@switchboard/composition/compose';
import { AppError } from '@switchboard/errors';
import {
  SmsFailedSchema,
  SmsOptedOutSchema,
  SmsReceivedSchema,
  SmsSentSchema,
} from '@switchboard/proto-schemas/evt/telephony';
import {
  buildSubgraph,
  byKey,
  CacheControl,
  ConnectionArgs,
  connectionOf,
  DateTime,
  Key,
  Money,
  Node,
  NodePrefix,
  planPage,
  RequiresScopes,
  Streams,
  type Subgraph,
  type SubgraphContext,
  Text,
  Tool,
  toConnection,
  UserError,
  userError,
} from '@switchboard/subgraph';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';

export function smsId(n: number): string {
  return `sms_01J${n.toString().padStart(23, '0')}`;
}
export function messageId(n: number): string {
  return `msg_01J${n.toString().padStart(23, '0')}`;
}

@Key('id')
@NodePrefix('sms')
@CacheControl({ maxAge: 60, droppedBy: [SmsOptedOutSchema] })
@ObjectType('Sms', { implements: Node, description: 'A text message.' })
export class Sms extends Node {
  @Field(() => String)
  body!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @RequiresScopes('billing:read')
  @Field(() => Money, { nullable: true })
  price!: Money | null;
}

@Key('address')
@ObjectType('ContactPoint')
class TelephonyContactPoint {
  @Field(() => String)
  address!: string;
}

/** What the fake services saw and did. */
export const seen = {
  smsBatches: [] as number[],
  sessionCreates: 0,
  contexts: [] as SubgraphContext[],
};

/** The texts that `smsSend` was called with, and what else happens meanwhile. */
export const sending = { bodies: [] as string[], meanwhile: async () => {} };

function sms(id: string): Sms {
  return { id, body: `body of ${id}`, createdAt: new Date(0), price: { amountMinor: 79n, currency: 'USD' } };
}

@InputType('SmsSendInput')
class SmsSendInput {
  @Text({ maxLength: 1_600, multiline: true })
  @Field(() => String)
  body!: string;
}

@ObjectType('SmsSendPayload')
class SmsSendPayload {
  @Field(() => Sms, { nullable: true })
  sms!: Sms | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver(() => Sms)
class SmsResolver {
  @Tool()
  @RequiresScopes('telephony:read')
  @Query(() => connectionOf(Sms))
  smsMessages(@Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() context: SubgraphContext) {
    seen.contexts.push(context);
    const plan = planPage(args);
    return toConnection(
      [1, 2].map((n) => sms(smsId(n))),
      plan,
    );
  }

  @Tool()
  @RequiresScopes('telephony:send')
  @Mutation(() => SmsSendPayload, { description: 'Sends a text message.' })
  async smsSend(@Arg('input', () => SmsSendInput) input: SmsSendInput): Promise<SmsSendPayload> {
    sending.bodies.push(input.body);
    await sending.meanwhile();
    if (input.body === 'refuse') {
      return { sms: null, userErrors: [userError('OPTED_OUT', 'They wrote STOP.')] };
    }
    if (input.body === 'fail') {
      throw new AppError('CONFLICT', 'x', { publicMessage: 'No number to send from.' });
    }
    return { sms: { ...sms(smsId(1)), body: input.body }, userErrors: [] };
  }

  @RequiresScopes('telephony:read')
  @Streams(() => Sms, { on: [SmsReceivedSchema], id: 'smsId', description: 'Texts as they come in.' })
  smsReceived(): Sms | null {
    return null;
  }

  @RequiresScopes('telephony:read')
  @Streams(() => Sms, {
    on: [SmsSentSchema, SmsFailedSchema],
    id: 'smsId',
    description: 'Texts on their way.',
  })
  smsStatusChanged(@Arg('id', () => ID, { nullable: true }) _id: string | null): Sms | null {
    return null;
  }

  @Mutation(() => Boolean, { nullable: true })
  sessionCreate(): boolean {
    seen.sessionCreates += 1;
    return true;
  }

  @Query(() => String, { nullable: true })
  vendor(@Arg('how', () => String) how: string): string {
    if (how === 'limited') {
      throw new AppError('RATE_LIMITED', 'x', { publicMessage: 'Slow down.', retryAfterMs: 2_000 });
    }
    throw new Error('secret at db.internal');
  }
}

@Resolver(() => TelephonyContactPoint)
class TelephonyContactResolver {
  @RequiresScopes('telephony:read')
  @FieldResolver(() => [Sms], { nullable: true })
  smsMessages(): Sms[] {
    return [sms(smsId(1))];
  }
}

export function telephonySubgraph(): Subgraph {
  return buildSubgraph({
    name: 'telephony',
    resolvers: [SmsResolver, TelephonyContactResolver],
    orphanedTypes: [TelephonyContactPoint],
    references: {
      Sms: async (ids, { actor }) => {
        seen.smsBatches.push(ids.length);
        // 2 belongs to somebody else; 404 does not exist.
        return ids.map((id) =>
          actor.kind === 'anonymous' || id === smsId(2) || id === smsId(404) ? null : sms(id),
        );
      },
      ContactPoint: byKey('address', async (addresses) => addresses.map((address) => ({ address }))),
    },
  });
}

@Key('id')
@NodePrefix('msg')
@ObjectType('MailMessage', { implements: Node })
export class MailMessage extends Node {
  @Field(() => String)
  subject!: string;

  @Field(() => [SmsStub])
  texts!: SmsStub[];
}

@Key('id', { resolvable: false })
@ObjectType('Sms', { implements: Node })
class SmsStub extends Node {}

@Key('address')
@ObjectType('ContactPoint')
class MailContactPoint {
  @Field(() => String)
  address!: string;
}

@Resolver(() => MailMessage)
class MailResolver {
  @Query(() => [MailMessage], { nullable: true })
  mailMessages(@Arg('count', () => ID, { nullable: true }) count: string | null): MailMessage[] {
    const texts = Array.from({ length: Number(count ?? 1) }, (_, n) => ({ id: smsId(n + 1_000) }));
    return [{ id: messageId(1), subject: 'Hello', texts }];
  }
}

@Resolver(() => MailContactPoint)
class MailContactResolver {
  @FieldResolver(() => [MailMessage], { nullable: true })
  mailMessages(): MailMessage[] {
    return [{ id: messageId(1), subject: 'Hello', texts: [] }];
  }
}

export function mailSubgraph(): Subgraph {
  return buildSubgraph({
    name: 'mail',
    resolvers: [MailResolver, MailContactResolver],
    orphanedTypes: [MailContactPoint],
    references: {
      MailMessage: async (ids) => ids.map((id) => ({ id, subject: 'Hello', texts: [] })),
      ContactPoint: byKey('address', async (addresses) => addresses.map((address) => ({ address }))),
    },
  });
}

export function supergraphSdl(): string {
  const composition = composeSupergraph([
    { name: 'mail', sdl: mailSubgraph().sdl },
    { name: 'telephony', sdl: telephonySubgraph().sdl },
  ]);
  if (!composition.ok) throw new Error(composition.faults.join('\n'));
  return composition.supergraphSdl;
}
