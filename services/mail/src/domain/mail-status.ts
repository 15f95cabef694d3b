/**
 * What is known of a mail, or of one recipient of it.
 * - `PENDING`: recorded here, the vendor has not answered yet.
 * - `OUTCOME_UNKNOWN`: the vendor's answer was lost; a later event may still tell.
 * - `SENT`: the vendor took it. Over SMTP nothing more is ever heard.
 * - `RECEIVED`: somebody sent it to us. It stays so.
 */
export const MailStatus = {
  PENDING: 'PENDING',
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
  SENT: 'SENT',
  DELIVERED: 'DELIVERED',
  FAILED: 'FAILED',
  BOUNCED: 'BOUNCED',
  COMPLAINED: 'COMPLAINED',
  RECEIVED: 'RECEIVED',
} as const;
export type MailStatus = (typeof MailStatus)[keyof typeof MailStatus];

// All different, so that events end in the same status whatever their order. A server may take a mail and send it
// back later, so a bounce outranks a delivery; a complaint comes from somebody who read it.
const RANK: Readonly<Record<MailStatus, number>> = {
  PENDING: 0,
  OUTCOME_UNKNOWN: 1,
  SENT: 2,
  DELIVERED: 3,
  FAILED: 4,
  BOUNCED: 5,
  COMPLAINED: 6,
  RECEIVED: 7,
};

/** Whether a mail may go from one status to another: only forward. */
export function isForward(from: MailStatus, to: MailStatus): boolean {
  return RANK[to] > RANK[from];
}
