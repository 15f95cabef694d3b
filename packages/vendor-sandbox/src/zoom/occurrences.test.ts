import { describe, expect, it } from 'vitest';
import { occurrencesOf, type Recurrence } from './occurrences.ts';

const starts = (start: string, timeZone: string, recurrence: Recurrence) =>
  occurrencesOf(new Date(start), timeZone, 30, recurrence).map((occurrence) => occurrence.start_time);

describe('occurrencesOf', () => {
  it('repeats every second day', () => {
    expect(starts('2026-03-01T09:00:00Z', 'UTC', { type: 1, repeat_interval: 2, end_times: 3 })).toEqual([
      '2026-03-01T09:00:00Z',
      '2026-03-03T09:00:00Z',
      '2026-03-05T09:00:00Z',
    ]);
  });

  it('keeps the time on the clock when summer time begins', () => {
    expect(starts('2026-03-28T08:00:00Z', 'Europe/Berlin', { type: 1, end_times: 2 })).toEqual([
      '2026-03-28T08:00:00Z',
      '2026-03-29T07:00:00Z',
    ]);
  });

  it('repeats on days of the week, of which 1 is Sunday', () => {
    const recurrence = { type: 2, weekly_days: '2,4', end_times: 3 } as const;
    expect(starts('2026-03-02T09:00:00Z', 'UTC', recurrence)).toEqual([
      '2026-03-02T09:00:00Z',
      '2026-03-04T09:00:00Z',
      '2026-03-09T09:00:00Z',
    ]);
  });

  it('finds the last Friday of each month until a date', () => {
    const recurrence = {
      type: 3,
      monthly_week: -1,
      monthly_week_day: 6,
      end_date_time: '2026-05-01T00:00:00Z',
    } as const;
    expect(starts('2026-03-02T09:00:00Z', 'UTC', recurrence)).toEqual([
      '2026-03-27T09:00:00Z',
      '2026-04-24T09:00:00Z',
    ]);
  });
});
