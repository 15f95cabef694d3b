import { defineIntent, type Intent, planIntent } from '@switchboard/intents';
import { recordMeetingMoved, recordMeetingStatus } from '../events/published.ts';
import { callHost, type HostDeps } from './call-host.ts';
import { lockMeeting, readMeeting } from './load-meeting.ts';
import type { MeetingPayload } from './make-conference.ts';

export interface MoveConferencePayload extends MeetingPayload {
  readonly startsAt: string;
  readonly durationMinutes: number;
  readonly timeZone: string;
}

/** Has the vendor move a conference. The same move twice is one. */
export function moveConference(
  deps: HostDeps,
  refresh: Intent<MeetingPayload, unknown>,
): Intent<MoveConferencePayload, void> {
  return defineIntent<MoveConferencePayload, void>({
    kind: 'move-conference',
    repeatable: true,
    async act({ meetingId, ...payload }, intentCall) {
      const meeting = await readMeeting(deps.database, meetingId);
      const time = { ...payload, startsAt: new Date(payload.startsAt) };
      await callHost(deps, meeting, intentCall, (host, call) =>
        host.move(meeting.providerMeetingId ?? '', time, call),
      );
    },
    async settle(tx, { meetingId, startsAt, durationMinutes, timeZone }) {
      const meeting = await lockMeeting(tx, meetingId);
      meeting.endChange();
      const time = { startsAt: new Date(startsAt), durationMinutes, timeZone };
      if (meeting.move(time)) recordMeetingMoved(tx, meeting);
    },
    async fail(tx, { meetingId }, error) {
      const meeting = await lockMeeting(tx, meetingId);
      meeting.endChange(error.code);
      if (error.code === 'NOT_FOUND' && meeting.advance('CANCELLED')) recordMeetingStatus(tx, meeting);
      // The last try may have moved it although its answer was lost.
      else await planIntent(tx, refresh, { meetingId }, { workspaceId: meeting.workspaceId });
    },
  });
}

/** Has the vendor delete a conference. One that is gone already is deleted. */
export function removeConference(deps: HostDeps): Intent<MeetingPayload, void> {
  return defineIntent<MeetingPayload, void>({
    kind: 'remove-conference',
    repeatable: true,
    async act({ meetingId }, intentCall) {
      const meeting = await readMeeting(deps.database, meetingId);
      await callHost(deps, meeting, intentCall, (host, call) =>
        host.remove(meeting.providerMeetingId ?? '', call),
      );
    },
    async settle(tx, { meetingId }) {
      const meeting = await lockMeeting(tx, meetingId);
      meeting.endChange();
      // The callback may have been faster than the answer; then this changes nothing.
      if (meeting.advance('CANCELLED')) recordMeetingStatus(tx, meeting);
    },
    async fail(tx, { meetingId }, error) {
      (await lockMeeting(tx, meetingId)).endChange(error.code);
    },
  });
}
