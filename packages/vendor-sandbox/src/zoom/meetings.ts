import { alphanumericId, digitsId } from '../random-ids.ts';
import type { World } from '../world.ts';
import { type Meeting, meetingUuid, type ZoomAccount } from './account.ts';
import type { MeetingInput } from './check-meeting.ts';
import { occurrencesOf } from './occurrences.ts';
import { fromWallTime } from './wall-time.ts';
import { ZoomError } from './zoom-error.ts';

const DURATION_DEFAULT_MINUTES = 60;

/** Settings a meeting has when nobody chooses. */
const SETTINGS_DEFAULT = {
  host_video: false,
  participant_video: false,
  join_before_host: false,
  mute_upon_entry: false,
  waiting_room: true,
  approval_type: 2,
  audio: 'both',
  auto_recording: 'none',
  meeting_authentication: false,
  alternative_hosts: '',
  global_dial_in_countries: ['US'],
} as const;

/** Makes a meeting. */
export function newMeeting(account: ZoomAccount, input: MeetingInput, now: Date): Meeting {
  const meeting: Meeting = {
    id: account.newMeetingId(),
    uuid: meetingUuid(),
    createdAt: now,
    type: input.type ?? 2,
    topic: input.topic ?? 'Zoom Meeting',
    agenda: '',
    // No start time means now; an open series has none at all.
    startTime: input.type === 3 ? null : now,
    durationMinutes: DURATION_DEFAULT_MINUTES,
    timeZone: 'UTC',
    password: input.password ?? String(digitsId(6)),
    settings: { ...SETTINGS_DEFAULT },
    recurrence: null,
    occurrences: [],
    status: 'waiting',
    startedAt: null,
    endedAt: null,
  };
  changeMeeting(meeting, input);
  account.meetings.set(meeting.id, meeting);
  return meeting;
}

/** Applies the fields that were given. */
export function changeMeeting(meeting: Meeting, input: MeetingInput): void {
  if (input.type !== undefined) meeting.type = input.type;
  if (input.topic !== undefined) meeting.topic = input.topic;
  if (input.agenda !== undefined) meeting.agenda = input.agenda;
  if (input.duration !== undefined) meeting.durationMinutes = input.duration;
  if (input.timezone !== undefined) meeting.timeZone = input.timezone;
  if (input.password !== undefined) meeting.password = input.password;
  if (input.settings !== undefined) meeting.settings = { ...meeting.settings, ...input.settings };
  if (input.recurrence !== undefined) meeting.recurrence = input.recurrence;
  if (input.start_time !== undefined && meeting.type !== 3) {
    meeting.startTime = input.start_time.endsWith('Z')
      ? new Date(input.start_time)
      : fromWallTime(new Date(`${input.start_time}Z`), meeting.timeZone);
  }
  const isFixedSeries = meeting.type === 8 && meeting.recurrence && meeting.startTime;
  meeting.occurrences = isFixedSeries
    ? occurrencesOf(
        meeting.startTime ?? meeting.createdAt,
        meeting.timeZone,
        meeting.durationMinutes,
        meeting.recurrence ?? { type: 1 },
      )
    : [];
}

/**
 * Counts a creation or change against the host's day.
 * https://developers.zoom.us/docs/api/rate-limits/#daily-limits-for-meetings-and-webinars
 * @throws ZoomError 429 with the time at which the limit ends
 */
export function countWrite(account: ZoomAccount, world: World): void {
  const now = world.now();
  const day = now.toISOString().slice(0, 10);
  const writes = account.writesByDay.get(day) ?? 0;
  const limit = world.zoomMeetingWritesPerDay;
  if (writes < limit) {
    account.writesByDay.set(day, writes + 1);
    return;
  }
  const ends = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
  throw new ZoomError(
    429,
    429,
    `You have exceeded the daily rate limit (${limit}) of Meeting/Webinar create/update API requests permitted for this particular user.`,
    {
      headers: {
        'x-ratelimit-category': 'Light',
        'x-ratelimit-type': 'Daily-limit',
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': '0',
        'retry-after': zoomTime(ends),
      },
    },
  );
}

/** https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/meetings/{meetingId} */
export function meetingResource(account: ZoomAccount, meeting: Meeting, webUrl: string) {
  return {
    ...meetingSummary(account, meeting, webUrl),
    assistant_id: '',
    host_email: account.email,
    status: meeting.status,
    start_url: `${webUrl}/s/${meeting.id}?zak=${alphanumericId(40)}`,
    password: meeting.password,
    h323_password: meeting.password,
    pstn_password: meeting.password,
    encrypted_password: `${meeting.password}.1`,
    settings: meeting.settings,
    creation_source: 'open_api',
    pre_schedule: false,
    ...(meeting.recurrence ? { recurrence: meeting.recurrence } : {}),
    ...(meeting.occurrences.length > 0 ? { occurrences: meeting.occurrences } : {}),
  };
}

/** An entry of the list. */
export function meetingSummary(account: ZoomAccount, meeting: Meeting, webUrl: string) {
  return {
    uuid: meeting.uuid,
    id: meeting.id,
    host_id: account.userId,
    topic: meeting.topic,
    type: meeting.type,
    ...(meeting.startTime && meeting.type !== 3 ? { start_time: zoomTime(meeting.startTime) } : {}),
    duration: meeting.durationMinutes,
    timezone: meeting.timeZone,
    agenda: meeting.agenda,
    created_at: zoomTime(meeting.createdAt),
    join_url: joinUrl(meeting, webUrl),
  };
}

/** Where participants go. */
export const joinUrl = (meeting: Meeting, webUrl: string): string =>
  `${webUrl}/j/${meeting.id}?pwd=${encodeURIComponent(meeting.password)}.1`;

/** Zoom's times have no fractions. */
export const zoomTime = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
