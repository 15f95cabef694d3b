import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { EventTx } from '@switchboard/messaging';
import {
  MeetingCancelledSchema,
  MeetingCreatedSchema,
  MeetingEndedSchema,
  MeetingFailedSchema,
  MeetingOutcomeUnknownSchema,
  MeetingRequestedSchema,
  MeetingStartedSchema,
  MeetingUpdatedSchema,
} from '@switchboard/proto-schemas';
import type { Meeting } from '../domain/meeting.ts';

/** Every fact that meetings states. */
export const PUBLISHED = [
  MeetingRequestedSchema,
  MeetingCreatedSchema,
  MeetingUpdatedSchema,
  MeetingCancelledSchema,
  MeetingStartedSchema,
  MeetingEndedSchema,
  MeetingFailedSchema,
  MeetingOutcomeUnknownSchema,
];

/**
 * States what a meeting has just become. `PENDING` was stated when it was asked for.
 * @returns the event's id.
 */
export function recordMeetingStatus({ record }: EventTx, meeting: Meeting): string | undefined {
  const { id: meetingId, workspaceId, sandbox } = meeting;
  switch (meeting.status) {
    case 'SCHEDULED':
      return record(
        MeetingCreatedSchema,
        {
          meetingId,
          startsAt: timestampFromDate(meeting.startsAt),
          durationMinutes: meeting.durationMinutes,
          attendeeCount: meeting.attendees.length,
          sandbox,
        },
        { workspaceId },
      );
    case 'STARTED':
      return record(MeetingStartedSchema, { meetingId, sandbox }, { workspaceId });
    case 'ENDED':
      return record(MeetingEndedSchema, { meetingId, sandbox }, { workspaceId });
    case 'CANCELLED':
      return record(MeetingCancelledSchema, { meetingId, sandbox }, { workspaceId });
    case 'FAILED':
      return record(
        MeetingFailedSchema,
        { meetingId, code: meeting.errorCode ?? '', sandbox },
        { workspaceId },
      );
    case 'OUTCOME_UNKNOWN':
      return record(MeetingOutcomeUnknownSchema, { meetingId, sandbox }, { workspaceId });
    default:
      return undefined;
  }
}

/** States that a meeting has another time. */
export function recordMeetingMoved({ record }: EventTx, meeting: Meeting): void {
  record(
    MeetingUpdatedSchema,
    {
      meetingId: meeting.id,
      startsAt: timestampFromDate(meeting.startsAt),
      durationMinutes: meeting.durationMinutes,
      sandbox: meeting.sandbox,
    },
    { workspaceId: meeting.workspaceId },
  );
}
