import { ConnectionArgs, PhoneNumber, Text, UserError } from '@switchboard/subgraph';
import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { CallStatus } from '../domain/call-status.ts';
import { Call, CallDirection } from './call.type.ts';

@InputType('CallStartInput', { description: 'A call with exactly one of `say` and `connectTo`.' })
export class CallStartInput {
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

  // Written as XML, where a character may take five, it has to fit into the vendor's 4,000.
  @Text({ maxLength: 700, multiline: true })
  @Field(() => String, { nullable: true, description: 'Is spoken to whoever answers; then the call ends.' })
  say?: string | null;

  @Text({ maxLength: 20 })
  @Field(() => String, {
    nullable: true,
    description: 'The language of `say`, such as `en-GB`; American English otherwise.',
  })
  language?: string | null;

  @Field(() => PhoneNumber, { nullable: true, description: 'Whoever answers is connected to this number.' })
  connectTo?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the call is recorded. In many places those who speak must be told, or asked, before.',
  })
  record?: boolean | null;
}

@ObjectType('CallStartPayload')
export class CallStartPayload {
  @Field(() => Call, { nullable: true })
  call!: Call | null;

  @Field(() => Boolean, { description: 'Whether this key was used before, so that nobody new was called.' })
  replayed!: boolean;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@InputType('CallEndInput')
export class CallEndInput {
  @Field(() => ID)
  callId!: string;
}

@ObjectType('CallEndPayload')
export class CallEndPayload {
  @Field(() => Call, { nullable: true })
  call!: Call | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@InputType('CallFilter')
export class CallFilterInput {
  @Field(() => CallDirection, { nullable: true })
  direction?: keyof typeof CallDirection | null;

  @Field(() => CallStatus, { nullable: true })
  status?: CallStatus | null;

  @Field(() => PhoneNumber, { nullable: true, description: 'The other side’s number.' })
  contact?: string | null;
}

@ArgsType()
export class CallsArgs extends ConnectionArgs {
  @Field(() => CallFilterInput, { nullable: true })
  filter?: CallFilterInput | null;
}
