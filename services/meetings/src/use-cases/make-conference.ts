import { ProviderError } from '@switchboard/errors';
import { defineIntent, type Intent, planIntent } from '@switchboard/intents';
import type { EventTx } from '@switchboard/messaging';
import type { Meeting } from '../domain/meeting.ts';
import { recordMeetingStatus } from '../events/published.ts';
import type { Conference } from '../providers/meeting-provider.ts';
import { callHost, type HostDeps } from './call-host.ts';
import { lockMeeting, readMeeting } from './load-meeting.ts';

/** The payload of all work on one meeting that needs no more than its row. */
export interface MeetingPayload {
  readonly meetingId: string;
}

/**
 * Has the vendor make a recorded meeting. Zoom has no idempotency keys: it is never tried twice. When the answer
 * is lost, Zoom is asked whether the meeting exists (`find-lost-meeting`).
 */
export function makeConference(
  deps: HostDeps,
  findLost: Intent<MeetingPayload, unknown>,
): Intent<MeetingPayload, Conference> {
  return defineIntent<MeetingPayload, Conference>({
    kind: 'make-conference',
    repeatable: false,
    async act({ meetingId }, intentCall) {
      const meeting = await readMeeting(deps.database, meetingId);
      return callHost(deps, meeting, intentCall, (host, call) =>
        host.create(
          {
            meetingId,
            title: meeting.title,
            startsAt: meeting.startsAt,
            durationMinutes: meeting.durationMinutes,
            timeZone: meeting.timeZone,
          },
          call,
        ),
      );
    },
    async settle(tx, { meetingId }, conference) {
      takeConference(tx, await lockMeeting(tx, meetingId), conference);
    },
    async fail(tx, { meetingId }, error) {
      const meeting = await lockMeeting(tx, meetingId);
      const unknown = error.code === 'OUTCOME_UNKNOWN';
      if (!meeting.advance(unknown ? 'OUTCOME_UNKNOWN' : 'FAILED')) return;
      const vendorCode = error instanceof ProviderError ? error.vendor.vendorCode : undefined;
      meeting.errorCode = unknown ? null : (vendorCode ?? error.code);
      const causedBy = recordMeetingStatus(tx, meeting);
      if (!unknown) return;
      const { workspaceId } = meeting;
      await planIntent(tx, findLost, { meetingId }, { workspaceId, ...(causedBy && { causedBy }) });
    },
  });
}

/** Writes down what the vendor made, once. */
export function takeConference(tx: EventTx, meeting: Meeting, conference: Conference): void {
  if (!meeting.advance('SCHEDULED')) return;
  meeting.providerMeetingId = conference.providerMeetingId;
  meeting.joinUrl = conference.joinUrl;
  meeting.errorCode = null;
  recordMeetingStatus(tx, meeting);
}
