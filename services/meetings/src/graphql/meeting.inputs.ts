import { ConnectionArgs, DateTime, EmailAddress, Text, TimeZone } from '@switchboard/subgraph';
import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { MeetingStatus } from '../domain/meeting-status.ts';
import { MeetingConference } from './meeting.type.ts';

@InputType('MeetingAttendeeInput')
export class MeetingAttendeeInput {
  @Field(() => EmailAddress)
  email!: string;

  @Text({ maxLength: 200 })
  @Field(() => String, { nullable: true })
  name?: string | null;
}

@InputType('MeetingCreateInput')
export class MeetingCreateInput {
  @Text({ maxLength: 255 })
  @Field(() => String)
  idempotencyKey!: string;

  @Text({ maxLength: 200 })
  @Field(() => String)
  title!: string;

  @Field(() => DateTime)
  startsAt!: Date;

  @Field(() => Int, { description: '1 to 1,440.' })
  durationMinutes!: number;

  @Field(() => TimeZone, { description: 'In which to show its time; startsAt is a moment and needs none.' })
  timeZone!: string;

  @Field(() => MeetingConference)
  conference!: MeetingConference;

  @Field(() => [MeetingAttendeeInput], { description: '100 at most.' })
  attendees!: MeetingAttendeeInput[];
}

@InputType('MeetingRescheduleInput')
export class MeetingRescheduleInput {
  @Text({ maxLength: 255 })
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => ID)
  meetingId!: string;

  @Field(() => DateTime)
  startsAt!: Date;

  @Field(() => Int, { description: '1 to 1,440.' })
  durationMinutes!: number;

  @Field(() => TimeZone)
  timeZone!: string;
}

@InputType('MeetingCancelInput')
export class MeetingCancelInput {
  @Text({ maxLength: 255 })
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => ID)
  meetingId!: string;
}

@InputType('MeetingFilter')
export class MeetingFilterInput {
  @Field(() => MeetingStatus, { nullable: true })
  status?: MeetingStatus | null;

  @Field(() => DateTime, { nullable: true, description: 'Starts then or later.' })
  startsAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Starts earlier than that.' })
  startsBefore?: Date | null;
}

@ArgsType()
export class MeetingsArgs extends ConnectionArgs {
  @Field(() => MeetingFilterInput, { nullable: true })
  filter?: MeetingFilterInput | null;
}
