/**
 * What is known of a message.
 * - `PENDING`: recorded here, the vendor has not answered yet.
 * - `QUEUED`: the vendor has it.
 * - `OUTCOME_UNKNOWN`: the vendor's answer was lost; a later callback may still tell.
 */
export const SmsStatus = {
  PENDING: 'PENDING',
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
  QUEUED: 'QUEUED',
  SENT: 'SENT',
  FAILED: 'FAILED',
  DELIVERED: 'DELIVERED',
  RECEIVED: 'RECEIVED',
} as const;
export type SmsStatus = (typeof SmsStatus)[keyof typeof SmsStatus];

const RANK: Readonly<Record<SmsStatus, number>> = {
  PENDING: 0,
  OUTCOME_UNKNOWN: 1,
  QUEUED: 2,
  SENT: 3,
  // Both are final; whichever came first stays.
  FAILED: 4,
  DELIVERED: 4,
  RECEIVED: 4,
};

/** Whether a message may go from one status to another: callbacks come in any order, so only forward. */
export function isForward(from: SmsStatus, to: SmsStatus): boolean {
  return RANK[to] > RANK[from];
}
