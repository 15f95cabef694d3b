import {
  connectionOf,
  DateTime,
  EmailAddress,
  Key,
  Node,
  NodePrefix,
  TimeZone,
  UrlScalar,
} from '@switchboard/subgraph';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Meeting as MeetingEntity } from '../domain/meeting.ts';
import { MeetingStatus } from '../domain/meeting-status.ts';

export const MeetingConference = { ZOOM: 'ZOOM' } as const;
export type MeetingConference = keyof typeof MeetingConference;

registerEnumType(MeetingStatus, {
  name: 'MeetingStatus',
  description: 'What is known of a meeting.',
  valuesConfig: {
    PENDING: { description: 'Recorded; the vendor has not answered yet.' },
    OUTCOME_UNKNOWN: {
      description:
        'The vendor’s answer was lost. The vendor is asked whether it exists; it is not made again.',
    },
    SCHEDULED: { description: 'The vendor has it; it can be joined at its time.' },
    STARTED: { description: 'The first person has joined.' },
    ENDED: { description: 'The last person has left.' },
    CANCELLED: { description: 'It will not take place.' },
    FAILED: { description: 'It was not made; see errorCode.' },
  },
});
registerEnumType(MeetingConference, { name: 'MeetingConference', description: 'Who holds a meeting.' });

@ObjectType('MeetingAttendee', { description: 'Somebody who is invited to a meeting.' })
export class MeetingAttendee {
  @Field(() => EmailAddress)
  email!: string;

  @Field(() => String, { nullable: true })
  name!: string | null;
}

@Key('id')
@NodePrefix('mtg')
@ObjectType('Meeting', { implements: Node, description: 'A meeting, and the conference that holds it.' })
export class Meeting extends Node {
  @Field(() => String)
  title!: string;

  @Field(() => MeetingStatus)
  status!: MeetingStatus;

  @Field(() => DateTime)
  startsAt!: Date;

  @Field(() => Int)
  durationMinutes!: number;

  @Field(() => TimeZone, { description: 'In which to show its time.' })
  timeZone!: string;

  @Field(() => UrlScalar, { nullable: true, description: 'Where to join, once the vendor has it.' })
  joinUrl!: string | null;

  @Field(() => MeetingConference)
  conference!: MeetingConference;

  @Field(() => [MeetingAttendee])
  attendees!: readonly MeetingAttendee[];

  @Field(() => String, {
    nullable: true,
    description: 'Why the vendor refused the meeting, or the last change to it.',
  })
  errorCode!: string | null;

  @Field(() => Boolean, {
    description: 'Whether a change is on its way to the vendor; until it confirms, the meeting is as it was.',
  })
  changePending!: boolean;

  @Field(() => Boolean, { description: 'Whether it was made in the sandbox instead of at a real vendor.' })
  sandbox!: boolean;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const MeetingConnection = connectionOf(Meeting);

export function toMeeting(entity: MeetingEntity): Meeting {
  const { id, title, status, startsAt, durationMinutes, timeZone, joinUrl, attendees } = entity;
  const { errorCode, pendingChange, provider, sandbox, createdAt, updatedAt } = entity;
  return Object.assign(new Meeting(), {
    id,
    title,
    status,
    startsAt,
    durationMinutes,
    timeZone,
    joinUrl,
    conference: provider.toUpperCase() as MeetingConference,
    attendees,
    errorCode,
    changePending: pendingChange !== null,
    sandbox,
    createdAt,
    updatedAt,
  });
}
