import { connectionOf, DateTime, Key, Node, NodePrefix, PhoneNumber } from '@switchboard/subgraph';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Call as CallEntity } from '../domain/call.ts';
import { CallStatus } from '../domain/call-status.ts';

export const CallDirection = { OUTBOUND: 'OUTBOUND', INBOUND: 'INBOUND' } as const;

registerEnumType(CallStatus, {
  name: 'CallStatus',
  description: 'What is known of a phone call.',
  valuesConfig: {
    PENDING: { description: 'Recorded; the vendor has not answered yet.' },
    QUEUED: { description: 'The vendor has it.' },
    INITIATED: { description: 'The vendor puts it through.' },
    RINGING: { description: 'It rings at the other side.' },
    IN_PROGRESS: { description: 'It was answered and goes on.' },
    COMPLETED: { description: 'It was answered and is over.' },
    BUSY: { description: 'The other side was busy, or turned it away.' },
    NO_ANSWER: { description: 'Nobody answered.' },
    FAILED: { description: 'It could not be put through; see errorCode.' },
    CANCELED: { description: 'It was ended before anybody answered.' },
    OUTCOME_UNKNOWN: {
      description: 'The vendor’s answer was lost. It may have been placed; it is not placed again.',
    },
  },
});
registerEnumType(CallDirection, { name: 'CallDirection', description: 'Which way a phone call went.' });

@ObjectType('CallRecording', {
  description: 'What was recorded of a call. The sound stays in your account at the vendor.',
})
export class CallRecording {
  @Field(() => String, { description: 'The vendor’s id of it, by which your account there has the sound.' })
  providerRecordingId!: string;

  @Field(() => Int)
  durationSeconds!: number;

  @Field(() => Boolean, { description: 'Whether it is in the sandbox instead of at a real vendor.' })
  sandbox!: boolean;
}

@Key('id')
@NodePrefix('cll')
@ObjectType('Call', { implements: Node, description: 'A phone call, placed or received.' })
export class Call extends Node {
  @Field(() => CallDirection)
  direction!: keyof typeof CallDirection;

  @Field(() => PhoneNumber)
  from!: string;

  @Field(() => PhoneNumber)
  to!: string;

  @Field(() => String, { nullable: true, description: 'What is spoken to whoever answers.' })
  say!: string | null;

  @Field(() => PhoneNumber, { nullable: true, description: 'Whom whoever answers is connected to.' })
  connectTo!: string | null;

  @Field(() => CallStatus)
  status!: CallStatus;

  @Field(() => String, {
    nullable: true,
    description: 'The vendor’s reason of a failure; while the call goes on, why it could not be ended.',
  })
  errorCode!: string | null;

  @Field(() => Int, { nullable: true, description: 'From answer to end.' })
  durationSeconds!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it began to be put through, or came in.' })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  answeredAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  endedAt!: Date | null;

  @Field(() => CallRecording, {
    nullable: true,
    description: 'Of a call that was to be recorded, or the voicemail that a caller left.',
  })
  recording!: CallRecording | null;

  @Field(() => Boolean, { description: 'Whether it went through the sandbox instead of a real vendor.' })
  sandbox!: boolean;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const CallConnection = connectionOf(Call);

export function toCall(entity: CallEntity): Call {
  const { id, direction, from, to, say, connectTo, status, errorCode, durationSeconds } = entity;
  const { startedAt, answeredAt, endedAt, sandbox, createdAt, updatedAt } = entity;
  return Object.assign(new Call(), {
    id,
    direction,
    from,
    to,
    say,
    connectTo,
    status,
    errorCode,
    durationSeconds,
    startedAt,
    answeredAt,
    endedAt,
    recording: recordingOf(entity),
    sandbox,
    createdAt,
    updatedAt,
  });
}

function recordingOf({ recordingId, recordingSeconds, sandbox }: CallEntity): CallRecording | null {
  if (recordingId === null) return null;
  return { providerRecordingId: recordingId, durationSeconds: recordingSeconds ?? 0, sandbox };
}
