import type { Database } from '@switchboard/storage';
import { SYSTEM } from '@switchboard/storage';
import { Payment } from '../domain/payment.ts';

/** What a vendor's report says about whose payment it is. */
export interface ReportedPayment {
  readonly connectionId: string;
  /** Ours, when the vendor brings it back. */
  readonly paymentId?: string | undefined;
  readonly providerPaymentId?: string | undefined;
  readonly providerChargeId?: string | undefined;
}

/**
 * The payment a report is about: found also before the vendor's answer to its creation was recorded.
 * @returns null for what was made past us at the same vendor account; it is nobody's here.
 */
export async function findReported(database: Database, reported: ReportedPayment): Promise<Payment | null> {
  const { connectionId, paymentId, providerPaymentId, providerChargeId } = reported;
  const clues = [
    ...(providerPaymentId ? [{ providerPaymentId }] : []),
    ...(paymentId ? [{ id: paymentId }] : []),
    ...(providerChargeId ? [{ providerChargeId }] : []),
  ];
  if (clues.length === 0) return null;
  // A payment of another connection is not this caller's to report on.
  return database.read(SYSTEM, (em) => em.findOne(Payment, { connectionId, $or: clues }));
}
