import type { MeetingType } from './account.ts';
import { OCCURRENCES_MAX, type Recurrence } from './occurrences.ts';
import { isTimeZone } from './wall-time.ts';
import { invalidFields, ZoomError, type ZoomFieldError } from './zoom-error.ts';

/** Fields of a meeting that a request may set, after their check. */
export interface MeetingInput {
  readonly type?: MeetingType;
  readonly topic?: string;
  readonly agenda?: string;
  /** As sent: `…Z` is UTC, without Z it is local in `timezone`. */
  readonly start_time?: string;
  readonly duration?: number;
  readonly timezone?: string;
  readonly password?: string;
  readonly settings?: Record<string, unknown>;
  readonly recurrence?: Recurrence;
  readonly default_password?: boolean;
}

const TYPES = [1, 2, 3, 8, 10];
const TOPIC_MAX = 200;
const AGENDA_MAX = 2_000;
const PASSWORD = /^[A-Za-z0-9@_*-]{0,10}$/;
const START_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z?$/;
/** Longest pause between occurrences, by type of recurrence. */
const INTERVAL_MAX: Readonly<Record<number, number>> = { 1: 99, 2: 50, 3: 10 };

/**
 * Checks the body of a new or changed meeting; all wrong fields are reported together.
 * https://developers.zoom.us/docs/api/meetings/#tag/meetings/POST/users/{userId}/meetings
 * @throws ZoomError 300
 */
export function checkMeeting(body: unknown, currentType?: MeetingType): MeetingInput {
  if (!isObject(body)) throw new ZoomError(400, 300, 'Request Body should be a valid JSON object.');
  const problems: ZoomFieldError[] = [];
  const report = (field: string, message: string): void => {
    problems.push({ field, message });
  };
  const text = (name: string, lengthMax: number): void => {
    const value = body[name];
    if (value === undefined) return;
    if (typeof value !== 'string') report(name, `${name} should be a string.`);
    else if (value.length > lengthMax) report(name, `${name} cannot exceed ${lengthMax} characters.`);
  };
  text('topic', TOPIC_MAX);
  text('agenda', AGENDA_MAX);
  if (body.type !== undefined && !TYPES.includes(Number(body.type))) report('type', 'Invalid field.');
  const { start_time: startTime, duration, timezone, password } = body;
  if (startTime !== undefined && !isStartTime(startTime)) report('start_time', 'Invalid field.');
  if (duration !== undefined && (!Number.isInteger(duration) || Number(duration) < 1)) {
    report('duration', 'Invalid field.');
  }
  if (timezone !== undefined && (typeof timezone !== 'string' || !isTimeZone(timezone))) {
    report('timezone', 'Invalid field.');
  }
  if (password !== undefined && (typeof password !== 'string' || !PASSWORD.test(password))) {
    report(
      'password',
      'Password may only contain the following characters: [a-z A-Z 0-9 @ - _ *] and can have a maximum of 10 characters.',
    );
  }
  if (body.settings !== undefined && !isObject(body.settings)) report('settings', 'Invalid field.');

  const type = Number(body.type ?? currentType ?? 2);
  if (body.recurrence !== undefined) checkRecurrence(body.recurrence, type, report);
  else if (type === 8 && currentType !== 8) {
    report('recurrence', 'Recurrence is required for a recurring meeting with fixed time.');
  }
  if (problems.length > 0) throw invalidFields(problems);
  return body as MeetingInput;
}

function checkRecurrence(
  recurrence: unknown,
  meetingType: number,
  report: (field: string, message: string) => void,
): void {
  if (!isObject(recurrence)) {
    report('recurrence', 'Invalid field.');
    return;
  }
  const { type, repeat_interval: interval, end_times: endTimes, end_date_time: endDate } = recurrence;
  if (meetingType !== 8 && meetingType !== 3) {
    report('recurrence', 'Recurrence is only for meetings of type 3 or 8.');
  }
  if (type !== 1 && type !== 2 && type !== 3) {
    report('recurrence.type', 'Invalid field.');
    return;
  }
  if (interval !== undefined && !isBetween(interval, 1, INTERVAL_MAX[type] ?? 1)) {
    report('recurrence.repeat_interval', 'Invalid field.');
  }
  if (endTimes !== undefined && !isBetween(endTimes, 1, OCCURRENCES_MAX)) {
    report('recurrence.end_times', 'Invalid field.');
  }
  if (endTimes !== undefined && endDate !== undefined) {
    report('recurrence.end_times', 'end_times cannot be used with end_date_time.');
  }
  if (
    endDate !== undefined &&
    (typeof endDate !== 'string' || !/Z$/.test(endDate) || !isStartTime(endDate))
  ) {
    report('recurrence.end_date_time', 'Invalid field.');
  }
  const { weekly_days: days } = recurrence;
  if (days !== undefined && (typeof days !== 'string' || !/^[1-7](,[1-7])*$/.test(days))) {
    report('recurrence.weekly_days', 'Invalid field.');
  }
  if (recurrence.monthly_day !== undefined && !isBetween(recurrence.monthly_day, 1, 31)) {
    report('recurrence.monthly_day', 'Invalid field.');
  }
  const { monthly_week: week, monthly_week_day: weekDay } = recurrence;
  if (week !== undefined && week !== -1 && !isBetween(week, 1, 4))
    report('recurrence.monthly_week', 'Invalid field.');
  if (
    (week !== undefined) !== (weekDay !== undefined) ||
    (weekDay !== undefined && !isBetween(weekDay, 1, 7))
  ) {
    report('recurrence.monthly_week_day', 'Invalid field.');
  }
}

const isStartTime = (value: unknown): boolean =>
  typeof value === 'string' &&
  START_TIME.test(value) &&
  !Number.isNaN(new Date(value.endsWith('Z') ? value : `${value}Z`).getTime());

const isBetween = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
