import { expect, it } from 'vitest';
import { readQuietHours, timeOf } from './preferences.ts';

it('reads quiet hours, also past midnight', () => {
  expect(readQuietHours('22:00', '07:30', 'Europe/Zurich')).toEqual({
    fromMinute: 1_320,
    toMinute: 450,
    timeZone: 'Europe/Zurich',
  });
  expect([0, 450, 1_439].map(timeOf)).toEqual(['00:00', '07:30', '23:59']);
});

it.each([
  ['24:00', '07:00', 'UTC', 'TIME_INVALID'],
  ['22:60', '07:00', 'UTC', 'TIME_INVALID'],
  ['9:00', '17:00', 'UTC', 'TIME_INVALID'],
  ['22:00', '', 'UTC', 'TIME_INVALID'],
  ['22:00', '22:00', 'UTC', 'QUIET_HOURS_EMPTY'],
  ['22:00', '07:00', 'Europe/Atlantis', 'TIME_ZONE_UNKNOWN'],
  ['22:00', '07:00', '+01:00', 'TIME_ZONE_UNKNOWN'],
  ['22:00', '07:00', '', 'TIME_ZONE_UNKNOWN'],
])('refuses %s to %s in "%s"', (from, to, timeZone, code) => {
  expect(() => readQuietHours(from, to, timeZone)).toThrow(code);
});
