import { fromWallTime, toWallTime } from './wall-time.ts';

/** https://developers.zoom.us/docs/api/meetings/ (recurrence). Days of the week: 1 is Sunday. */
export interface Recurrence {
  readonly type: 1 | 2 | 3;
  readonly repeat_interval?: number;
  /** For example "2,4". */
  readonly weekly_days?: string;
  readonly monthly_day?: number;
  /** 1 to 4, or -1 for the last. */
  readonly monthly_week?: number;
  readonly monthly_week_day?: number;
  readonly end_times?: number;
  readonly end_date_time?: string;
}

export interface Occurrence {
  readonly occurrence_id: string;
  readonly start_time: string;
  readonly duration: number;
  status: 'available' | 'deleted';
}

/** Most occurrences of one meeting. */
export const OCCURRENCES_MAX = 60;
const DAY_MS = 86_400_000;
const DAYS_SEARCHED_MAX = 366 * 20;

/** The occurrences of a recurring meeting, which keep their time on the clock when summer time changes. */
export function occurrencesOf(
  start: Date,
  timeZone: string,
  durationMinutes: number,
  recurrence: Recurrence,
): Occurrence[] {
  const first = toWallTime(start, timeZone);
  const count = Math.min(
    recurrence.end_times ?? (recurrence.end_date_time ? OCCURRENCES_MAX : 1),
    OCCURRENCES_MAX,
  );
  const until = recurrence.end_date_time
    ? new Date(recurrence.end_date_time).getTime()
    : Number.POSITIVE_INFINITY;
  const found: Occurrence[] = [];
  for (let day = 0; day < DAYS_SEARCHED_MAX && found.length < count; day += 1) {
    const wall = new Date(first.getTime() + day * DAY_MS);
    if (!fits(wall, first, day, recurrence)) continue;
    const moment = fromWallTime(wall, timeZone);
    if (moment.getTime() > until) break;
    found.push({
      occurrence_id: String(moment.getTime()),
      start_time: `${moment.toISOString().slice(0, 19)}Z`,
      duration: durationMinutes,
      status: 'available',
    });
  }
  return found;
}

function fits(wall: Date, first: Date, day: number, recurrence: Recurrence): boolean {
  const interval = recurrence.repeat_interval ?? 1;
  if (recurrence.type === 1) return day % interval === 0;
  const weekday = wall.getUTCDay() + 1;
  if (recurrence.type === 2) {
    const days = (recurrence.weekly_days ?? String(first.getUTCDay() + 1)).split(',').map(Number);
    // Weeks begin on Sunday, so the first week may be a part of one.
    const week = Math.floor((day + first.getUTCDay()) / 7);
    return week % interval === 0 && days.includes(weekday);
  }
  const months =
    (wall.getUTCFullYear() - first.getUTCFullYear()) * 12 + wall.getUTCMonth() - first.getUTCMonth();
  if (months % interval !== 0) return false;
  if (recurrence.monthly_week !== undefined) {
    return weekday === recurrence.monthly_week_day && weekOfMonth(wall, recurrence.monthly_week);
  }
  return wall.getUTCDate() === (recurrence.monthly_day ?? first.getUTCDate());
}

function weekOfMonth(wall: Date, wanted: number): boolean {
  if (wanted === -1) return new Date(wall.getTime() + 7 * DAY_MS).getUTCMonth() !== wall.getUTCMonth();
  return Math.ceil(wall.getUTCDate() / 7) === wanted;
}
