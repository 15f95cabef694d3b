import { type Intent, planIntent } from '@switchboard/intents';
import type { EventTx } from '@switchboard/messaging';
import { feePosting, paymentPosting } from '../domain/ledger.ts';
import type { SeenPayment } from '../domain/payment.ts';
import { recordPaymentStatus } from '../events/published.ts';
import { lockPayment } from './lock-payment.ts';
import { postLedger } from './post-ledger.ts';

export interface LookAgainPayload {
  readonly paymentId: string;
}

/** Takes what was seen of a payment at its vendor; plans another look when the payment moved meanwhile. */
export async function takePayment(
  tx: EventTx,
  lookAgain: Intent<LookAgainPayload, SeenPayment>,
  seen: SeenPayment,
): Promise<void> {
  const payment = await lockPayment(tx, seen.paymentId);
  if (!payment) return;
  const { id, workspaceId, provider } = payment;
  const verdict = payment.see(seen);
  await tx.em.flush();
  if (verdict === 'stale') await planIntent(tx, lookAgain, { paymentId: id }, { workspaceId });
  if (verdict === 'changed') recordPaymentStatus(tx, payment);
  if (payment.status !== 'SUCCEEDED') return;
  const taken = { amountMinor: payment.capturedMinor, currency: payment.currency };
  await postLedger(tx, payment, paymentPosting(id, provider, taken));
  const { fee } = seen.snapshot;
  if (fee) await postLedger(tx, payment, feePosting(id, provider, fee));
}
