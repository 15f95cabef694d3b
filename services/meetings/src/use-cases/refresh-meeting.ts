import { defineIntent, type Intent, planIntent } from '@switchboard/intents';
import { recordMeetingMoved, recordMeetingStatus } from '../events/published.ts';
import type { Conference } from '../providers/meeting-provider.ts';
import { callHost, type HostDeps } from './call-host.ts';
import { lockMeeting, readMeeting } from './load-meeting.ts';
import type { MeetingPayload } from './make-conference.ts';

interface Reading {
  /** The row's revision before the vendor was asked. */
  readonly revision: number;
  /** Absent when the vendor has it no more. */
  readonly conference: Conference | undefined;
}

/** Reads a conference again, because the vendor said that it changed, and follows it. */
export function refreshMeeting(deps: HostDeps): Intent<MeetingPayload, Reading | undefined> {
  const intent = defineIntent<MeetingPayload, Reading | undefined>({
    kind: 'refresh-meeting',
    repeatable: true,
    async act({ meetingId }, intentCall) {
      const meeting = await readMeeting(deps.database, meetingId);
      const { status, revision, providerMeetingId } = meeting;
      if (status !== 'SCHEDULED' || !providerMeetingId) return undefined;
      const conference = await callHost(deps, meeting, intentCall, (host, call) =>
        host.find(providerMeetingId, call),
      );
      return { revision, conference };
    },
    async settle(tx, { meetingId }, reading) {
      if (!reading) return;
      const meeting = await lockMeeting(tx, meetingId);
      // A change of ours is on its way: what was read may be from before it, and what comes of it settles the row.
      if (meeting.status !== 'SCHEDULED' || meeting.pendingChange) return;
      if (meeting.revision !== reading.revision) {
        // The row changed while the vendor answered; only a new reading tells which of the two is newer.
        await planIntent(tx, intent, { meetingId }, { workspaceId: meeting.workspaceId });
        return;
      }
      if (!reading.conference) {
        if (meeting.advance('CANCELLED')) recordMeetingStatus(tx, meeting);
        return;
      }
      const { joinUrl, timeZone = meeting.timeZone, ...time } = reading.conference;
      meeting.joinUrl = joinUrl;
      if (meeting.move({ ...time, timeZone })) recordMeetingMoved(tx, meeting);
    },
    async fail() {},
  });
  return intent;
}
