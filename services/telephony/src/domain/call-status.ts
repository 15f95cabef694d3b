/**
 * What is known of a call.
 * - `PENDING`: recorded here, the vendor has not answered yet.
 * - `QUEUED`: the vendor has it.
 * - `OUTCOME_UNKNOWN`: the vendor's answer was lost; a later callback may still tell.
 */
export const CallStatus = {
  PENDING: 'PENDING',
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
  QUEUED: 'QUEUED',
  INITIATED: 'INITIATED',
  RINGING: 'RINGING',
  IN_PROGRESS: 'IN_PROGRESS',
  COMPLETED: 'COMPLETED',
  BUSY: 'BUSY',
  NO_ANSWER: 'NO_ANSWER',
  FAILED: 'FAILED',
  CANCELED: 'CANCELED',
} as const;
export type CallStatus = (typeof CallStatus)[keyof typeof CallStatus];

const FINAL_RANK = 6;
const RANK: Readonly<Record<CallStatus, number>> = {
  PENDING: 0,
  OUTCOME_UNKNOWN: 1,
  QUEUED: 2,
  INITIATED: 3,
  RINGING: 4,
  IN_PROGRESS: 5,
  // All of these are final; whichever came first stays.
  COMPLETED: FINAL_RANK,
  BUSY: FINAL_RANK,
  NO_ANSWER: FINAL_RANK,
  FAILED: FINAL_RANK,
  CANCELED: FINAL_RANK,
};

/** Whether a call may go from one status to another: callbacks come in any order, so only forward. */
export function isCallForward(from: CallStatus, to: CallStatus): boolean {
  return RANK[to] > RANK[from];
}

/** Whether a call is over. */
export function isCallOver(status: CallStatus): boolean {
  return RANK[status] === FINAL_RANK;
}
