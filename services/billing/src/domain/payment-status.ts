/**
 * What is known of a payment.
 * - `PENDING`: recorded here, the vendor has not answered yet.
 * - `OUTCOME_UNKNOWN`: the vendor's answer was lost; a later report may still tell.
 * - `REQUIRES_CONFIRMATION`: a payment method is to be confirmed.
 * - `REQUIRES_APPROVAL`: the customer is to approve it at the vendor.
 * - `REQUIRES_CAPTURE`: the customer has approved it; nothing is taken yet.
 * - `REQUIRES_ACTION`: the customer's bank asks for authentication.
 * - `PROCESSING`: the vendor is taking the money.
 * - `FAILED`: the money was not taken; another attempt may be made.
 */
export const PaymentStatus = {
  PENDING: 'PENDING',
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
  REQUIRES_CONFIRMATION: 'REQUIRES_CONFIRMATION',
  REQUIRES_APPROVAL: 'REQUIRES_APPROVAL',
  REQUIRES_CAPTURE: 'REQUIRES_CAPTURE',
  REQUIRES_ACTION: 'REQUIRES_ACTION',
  PROCESSING: 'PROCESSING',
  FAILED: 'FAILED',
  CANCELED: 'CANCELED',
  SUCCEEDED: 'SUCCEEDED',
} as const;
export type PaymentStatus = (typeof PaymentStatus)[keyof typeof PaymentStatus];

const OPEN: readonly PaymentStatus[] = ['REQUIRES_CONFIRMATION', 'REQUIRES_APPROVAL', 'REQUIRES_CAPTURE'];
const MOVING: readonly PaymentStatus[] = ['REQUIRES_ACTION', 'PROCESSING'];
const ENDED: readonly PaymentStatus[] = ['FAILED', 'CANCELED', 'SUCCEEDED'];

/** What may follow what. Reports come in any order, so a step back is an old report. */
const NEXT: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PENDING: ['OUTCOME_UNKNOWN', ...OPEN, ...MOVING, ...ENDED],
  OUTCOME_UNKNOWN: [...OPEN, ...MOVING, ...ENDED],
  REQUIRES_CONFIRMATION: ['OUTCOME_UNKNOWN', ...MOVING, ...ENDED],
  REQUIRES_APPROVAL: ['OUTCOME_UNKNOWN', 'REQUIRES_CAPTURE', ...MOVING, ...ENDED],
  // Back to the customer when the bank refuses what was approved.
  REQUIRES_CAPTURE: ['OUTCOME_UNKNOWN', 'REQUIRES_APPROVAL', ...MOVING, ...ENDED],
  REQUIRES_ACTION: ['OUTCOME_UNKNOWN', 'PROCESSING', ...ENDED],
  PROCESSING: ENDED,
  // Another attempt begins here, by confirming or capturing again, never by a report.
  FAILED: ['OUTCOME_UNKNOWN', ...MOVING, 'CANCELED', 'SUCCEEDED'],
  // If money was taken all the same, that is what counts.
  CANCELED: ['SUCCEEDED'],
  SUCCEEDED: [],
};

/** Whether a report may move a payment from one status to another. */
export function isForward(from: PaymentStatus, to: PaymentStatus): boolean {
  return NEXT[from].includes(to);
}

/** Something that is done to a payment at its vendor. */
export type PaymentAction = 'OPEN' | 'CONFIRM' | 'CAPTURE' | 'CANCEL';

const ALLOWED: Readonly<Record<Exclude<PaymentAction, 'OPEN'>, readonly PaymentStatus[]>> = {
  CONFIRM: ['REQUIRES_CONFIRMATION', 'REQUIRES_ACTION', 'FAILED'],
  // Before approval too: the customer may be back before the vendor's report is. The vendor knows.
  CAPTURE: ['REQUIRES_CAPTURE', 'REQUIRES_APPROVAL', 'FAILED'],
  CANCEL: [...OPEN, 'REQUIRES_ACTION', 'FAILED'],
};

/** Whether something may be done to a payment in this status. */
export function allows(status: PaymentStatus, action: Exclude<PaymentAction, 'OPEN'>): boolean {
  return ALLOWED[action].includes(status);
}
