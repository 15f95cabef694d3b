import { AppError } from '@switchboard/errors';
import { defineIntent, type Intent } from '@switchboard/intents';
import { recordMeetingStatus } from '../events/published.ts';
import type { Conference } from '../providers/meeting-provider.ts';
import { callHost, type HostDeps } from './call-host.ts';
import { lockMeeting, readMeeting } from './load-meeting.ts';
import { type MeetingPayload, takeConference } from './make-conference.ts';

/** A request that was on its way when the connection broke has long been done, or never will be. */
const SETTLED_AFTER_MS = 60_000;
const LOOK_AGAIN_MS = 20_000;

/**
 * Asks the vendor whether a meeting whose answer was lost exists. It only reads. Found, the meeting is SCHEDULED;
 * not there a minute later, it is FAILED; while the vendor does not say, it stays OUTCOME_UNKNOWN.
 */
export function findLostMeeting(
  deps: HostDeps,
  now: () => number = Date.now,
): Intent<MeetingPayload, Conference | undefined> {
  return defineIntent<MeetingPayload, Conference | undefined>({
    kind: 'find-lost-meeting',
    repeatable: true,
    async act({ meetingId }, intentCall) {
      const meeting = await readMeeting(deps.database, meetingId);
      const found = await callHost(deps, meeting, intentCall, (host, call) => host.findOurs(meetingId, call));
      if (!found && now() - meeting.updatedAt.getTime() < SETTLED_AFTER_MS) {
        throw new AppError('UNAVAILABLE', 'the lost meeting is not listed yet', {
          retryAfterMs: LOOK_AGAIN_MS,
        });
      }
      return found;
    },
    async settle(tx, { meetingId }, found) {
      const meeting = await lockMeeting(tx, meetingId);
      if (found) return takeConference(tx, meeting, found);
      if (!meeting.advance('FAILED')) return;
      meeting.errorCode = 'NOT_MADE';
      recordMeetingStatus(tx, meeting);
    },
    async fail() {},
  });
}
