import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Call, type CallNews } from './call.ts';
import { CallStatus, isCallForward, isCallOver } from './call-status.ts';

const FINAL = ['COMPLETED', 'BUSY', 'NO_ANSWER', 'FAILED', 'CANCELED'] as const;
const minute = (minutes: number) => new Date(Date.UTC(2026, 10, 21, 12, minutes));
const pending = () => Object.assign(new Call(), { status: 'PENDING' });

describe('the status of a call', () => {
  it('and its times end the same for any order and repetition of one call’s callbacks', () => {
    const news: CallNews[] = [
      { status: 'QUEUED' },
      { status: 'INITIATED', at: minute(0) },
      { status: 'RINGING', at: minute(1) },
      { status: 'IN_PROGRESS', at: minute(2) },
      { status: 'COMPLETED', at: minute(3), durationSeconds: 60 },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...news, ...news], { minLength: 10, maxLength: 10 }), (order) => {
        const call = pending();
        for (const one of order) call.hear(one);
        expect(call).toMatchObject({
          status: 'COMPLETED',
          startedAt: minute(0),
          answeredAt: minute(2),
          endedAt: minute(3),
          durationSeconds: 60,
        });
      }),
    );
  });

  it('never leaves a final one, which keeps its own time', () => {
    for (const final of FINAL) {
      expect(isCallOver(final)).toBe(true);
      for (const next of Object.values(CallStatus)) expect(isCallForward(final, next)).toBe(false);
    }
    const call = pending();
    call.hear({ status: 'BUSY', at: minute(1) });
    expect(call.hear({ status: 'COMPLETED', at: minute(2), durationSeconds: 9 })).toBe(false);
    expect(call).toMatchObject({ status: 'BUSY', endedAt: minute(1), durationSeconds: null });
  });

  it('is told by the answer to a hang-up, and its length by the callback afterwards', () => {
    const call = pending();
    expect(call.hear({ status: 'COMPLETED' })).toBe(true);
    expect(call.hear({ status: 'COMPLETED', at: minute(3), durationSeconds: 60 })).toBe(false);
    expect(call).toMatchObject({ endedAt: minute(3), durationSeconds: 60 });
  });

  it('can still be learned after the answer was lost', () => {
    expect(isCallForward('OUTCOME_UNKNOWN', 'RINGING')).toBe(true);
  });
});

it('the first recording of a call stays', () => {
  const call = pending();
  const recording = { providerRecordingId: 'RE1', durationSeconds: 5, mediaUrl: 'https://vendor.test/RE1' };
  expect(call.keepRecording(recording)).toBe(true);
  expect(call.keepRecording({ ...recording, providerRecordingId: 'RE2' })).toBe(false);
  expect(call).toMatchObject({ recordingId: 'RE1', recordingSeconds: 5 });
});
