import { expect, it } from 'vitest';
import { isForward, MeetingStatus } from './meeting-status.ts';

it('never goes back, and stays at the final status that came first', () => {
  const finals = [MeetingStatus.ENDED, MeetingStatus.CANCELLED, MeetingStatus.FAILED];
  for (const final of finals) {
    for (const status of Object.values(MeetingStatus)) expect(isForward(final, status)).toBe(false);
  }
  expect(isForward('STARTED', 'SCHEDULED')).toBe(false);
  expect(isForward('OUTCOME_UNKNOWN', 'SCHEDULED')).toBe(true);
  // The callback of the end may overtake the one of the start.
  expect(isForward('SCHEDULED', 'ENDED')).toBe(true);
});
