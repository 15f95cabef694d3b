import { describe, expect, it } from 'vitest';
import { toAttendees } from './attendee.ts';
import { requirePlannable } from './meeting-time.ts';

const now = new Date('2027-01-15T12:00:00Z');
const time = { startsAt: new Date('2027-01-15T13:00:00Z'), durationMinutes: 30, timeZone: 'Europe/Zurich' };

describe('the time of a meeting', () => {
  it('lies ahead, give or take five minutes', () => {
    expect(() => requirePlannable(time, now)).not.toThrow();
    const justNow = { ...time, startsAt: new Date(now.getTime() - 4 * 60_000) };
    expect(() => requirePlannable(justNow, now)).not.toThrow();
    const past = { ...time, startsAt: new Date(now.getTime() - 6 * 60_000) };
    expect(() => requirePlannable(past, now)).toThrow(/future/);
  });

  it.each([0, -1, 1441, 1.5, Number.NaN])('does not last %s minutes', (durationMinutes) => {
    expect(() => requirePlannable({ ...time, durationMinutes }, now)).toThrow(/between 1 and 1440/);
  });

  it.each([1, 1440])('may last %s minutes', (durationMinutes) => {
    expect(() => requirePlannable({ ...time, durationMinutes }, now)).not.toThrow();
  });
});

describe('attendees', () => {
  it('are kept with the domain in lower case, and nobody twice', () => {
    expect(toAttendees([{ email: 'Ana@Example.COM', name: '' }])).toEqual([
      { email: 'Ana@example.com', name: null },
    ]);
    expect(() => toAttendees([{ email: 'a@example.com' }, { email: 'a@EXAMPLE.com' }])).toThrow(/twice/);
  });

  it('are 100 at most', () => {
    const crowd = Array.from({ length: 101 }, (_, index) => ({ email: `a${index}@example.com` }));
    expect(toAttendees(crowd.slice(1))).toHaveLength(100);
    expect(() => toAttendees(crowd)).toThrow(/100 at most/);
  });
});
