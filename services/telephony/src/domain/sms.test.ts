import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keywordOf } from './keywords.ts';
import { segmentsOf } from './segments.ts';
import { isForward, SmsStatus } from './sms-status.ts';

describe('the status of a message', () => {
  it('ends the same for any order and repetition of one delivery’s callbacks', () => {
    const callbacks: SmsStatus[] = ['QUEUED', 'SENT', 'DELIVERED'];
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...callbacks, ...callbacks], { minLength: 6, maxLength: 6 }),
        (order) => {
          const end = order.reduce<SmsStatus>(
            (status, next) => (isForward(status, next) ? next : status),
            'PENDING',
          );
          expect(end).toBe('DELIVERED');
        },
      ),
    );
  });

  it('never leaves a final one', () => {
    for (const final of ['FAILED', 'DELIVERED', 'RECEIVED'] as const) {
      for (const next of Object.values(SmsStatus)) expect(isForward(final, next)).toBe(false);
    }
  });

  it('can still be learned after the answer was lost', () => {
    expect(isForward('OUTCOME_UNKNOWN', 'SENT')).toBe(true);
  });
});

it.each([
  ['STOP', 'STOP'],
  [' stop ', 'STOP'],
  ['Unsubscribe', 'STOP'],
  ['START', 'START'],
  ['please stop', undefined],
  ['', undefined],
])('%j asks for %s', (body, expected) => {
  expect(keywordOf(body)).toBe(expected);
});

it.each([
  ['', 1],
  ['a'.repeat(160), 1],
  ['a'.repeat(161), 2],
  ['€'.repeat(80), 1],
  ['€'.repeat(81), 2],
  ['😀'.repeat(35), 1],
  ['😀'.repeat(36), 2],
])('counts segments as the network does', (body, expected) => {
  expect(segmentsOf(body)).toBe(expected);
});
