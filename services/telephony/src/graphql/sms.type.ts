import { connectionOf, DateTime, Key, Node, NodePrefix, PhoneNumber } from '@switchboard/subgraph';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Sms as SmsEntity } from '../domain/sms.ts';
import { SmsStatus } from '../domain/sms-status.ts';

export const SmsDirection = { OUTBOUND: 'OUTBOUND', INBOUND: 'INBOUND' } as const;

registerEnumType(SmsStatus, {
  name: 'SmsStatus',
  description: 'What is known of a text message.',
  valuesConfig: {
    PENDING: { description: 'Recorded; the vendor has not answered yet.' },
    QUEUED: { description: 'The vendor has it.' },
    SENT: { description: 'On its way.' },
    DELIVERED: { description: 'The recipient’s device has it.' },
    FAILED: { description: 'It will not arrive; see errorCode.' },
    OUTCOME_UNKNOWN: {
      description: 'The vendor’s answer was lost. It may have been sent; it is not sent again.',
    },
    RECEIVED: { description: 'Somebody sent it to one of our numbers.' },
  },
});
registerEnumType(SmsDirection, { name: 'SmsDirection', description: 'Which way a text message went.' });

@Key('id')
@NodePrefix('sms')
@ObjectType('Sms', { implements: Node, description: 'A text message, sent or received.' })
export class Sms extends Node {
  @Field(() => SmsDirection)
  direction!: keyof typeof SmsDirection;

  @Field(() => PhoneNumber)
  from!: string;

  @Field(() => PhoneNumber)
  to!: string;

  @Field(() => String)
  body!: string;

  @Field(() => SmsStatus)
  status!: SmsStatus;

  @Field(() => String, { nullable: true, description: 'The vendor’s reason of a failure.' })
  errorCode!: string | null;

  @Field(() => Int, { description: 'In how many parts it is sent, which is what it costs.' })
  segments!: number;

  @Field(() => Boolean, { description: 'Whether it went through the sandbox instead of a real vendor.' })
  sandbox!: boolean;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const SmsConnection = connectionOf(Sms);

export function toSms(entity: SmsEntity): Sms {
  const { id, direction, from, to, body, status, errorCode, segments, sandbox, createdAt, updatedAt } =
    entity;
  return Object.assign(new Sms(), {
    id,
    direction,
    from,
    to,
    body,
    status,
    errorCode,
    segments,
    sandbox,
    createdAt,
    updatedAt,
  });
}
