/**
 * What is known of a meeting.
 * - `PENDING`: recorded here, the vendor has not answered yet.
 * - `OUTCOME_UNKNOWN`: the vendor's answer was lost; the vendor is asked whether the meeting exists.
 * - `SCHEDULED`: the vendor has it.
 */
export const MeetingStatus = {
  PENDING: 'PENDING',
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
  SCHEDULED: 'SCHEDULED',
  STARTED: 'STARTED',
  ENDED: 'ENDED',
  CANCELLED: 'CANCELLED',
  FAILED: 'FAILED',
} as const;
export type MeetingStatus = (typeof MeetingStatus)[keyof typeof MeetingStatus];

const RANK: Readonly<Record<MeetingStatus, number>> = {
  PENDING: 0,
  OUTCOME_UNKNOWN: 1,
  SCHEDULED: 2,
  STARTED: 3,
  // All final; whichever came first stays.
  ENDED: 4,
  CANCELLED: 4,
  FAILED: 4,
};

/** Whether a meeting may go from one status to another: callbacks come in any order, so only forward. */
export function isForward(from: MeetingStatus, to: MeetingStatus): boolean {
  return RANK[to] > RANK[from];
}
