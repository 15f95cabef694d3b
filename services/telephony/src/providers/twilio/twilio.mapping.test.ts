import { expect, it } from 'vitest';
import { callStatusOf } from './twilio.mapping.ts';

it.each([
  ['queued', 'QUEUED'],
  ['initiated', 'INITIATED'],
  ['ringing', 'RINGING'],
  ['in-progress', 'IN_PROGRESS'],
  ['completed', 'COMPLETED'],
  ['busy', 'BUSY'],
  ['no-answer', 'NO_ANSWER'],
  ['failed', 'FAILED'],
  ['canceled', 'CANCELED'],
  ['something new', 'QUEUED'],
])('a call that Twilio calls %s is %s', (theirs, ours) => {
  expect(callStatusOf(theirs)).toBe(ours);
});
