import type { MeetingTime } from '../../domain/meeting-time.ts';
import type { Conference, WantedConference } from '../meeting-provider.ts';
import type { ZoomMeeting } from './zoom.schemas.ts';

/** Zoom's `type` of a meeting at a fixed time. */
const SCHEDULED = 2;

/** The body that makes a meeting. */
export function toZoomMeeting(wanted: WantedConference): Record<string, unknown> {
  return { topic: wanted.title, type: SCHEDULED, agenda: agendaOf(wanted.meetingId), ...toZoomTime(wanted) };
}

/**
 * Zoom's fields of a time. With `Z` the start is UTC, without it is local time in `timezone`; only UTC names a
 * moment in the hour that the end of summer time repeats.
 */
export function toZoomTime({ startsAt, durationMinutes, timeZone }: MeetingTime): Record<string, unknown> {
  return {
    start_time: startsAt.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    duration: durationMinutes,
    timezone: timeZone,
  };
}

/** By this a meeting whose answer was lost is found again: lists show the agenda's first 250 characters. */
export function agendaOf(meetingId: string): string {
  return `Reference: ${meetingId}`;
}

/** Our words for Zoom's meeting; `undefined` for one without a fixed time, which is none of ours. */
export function toConference(meeting: ZoomMeeting): Conference | undefined {
  if (!meeting.start_time || !meeting.duration) return undefined;
  return {
    providerMeetingId: meeting.id,
    joinUrl: meeting.join_url,
    startsAt: new Date(meeting.start_time),
    durationMinutes: meeting.duration,
    timeZone: meeting.timezone || undefined,
  };
}
