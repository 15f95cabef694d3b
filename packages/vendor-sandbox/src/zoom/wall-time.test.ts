import { describe, expect, it } from 'vitest';
import { fromWallTime, isTimeZone, toWallTime } from './wall-time.ts';

describe('wall times', () => {
  it.each([
    ['2026-01-15T09:00:00Z', 'Europe/Berlin', '2026-01-15T08:00:00.000Z'],
    ['2026-07-15T09:00:00Z', 'Europe/Berlin', '2026-07-15T07:00:00.000Z'],
    ['2026-07-15T09:00:00Z', 'Asia/Kolkata', '2026-07-15T03:30:00.000Z'],
    ['2026-03-08T03:30:00Z', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ])('%s in %s is %s', (wall, timeZone, moment) => {
    expect(fromWallTime(new Date(wall), timeZone).toISOString()).toBe(moment);
    expect(toWallTime(new Date(moment), timeZone).toISOString()).toBe(new Date(wall).toISOString());
  });

  it('know their zones', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });
});
