import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import { RefundCreatedSchema } from '@switchboard/proto-schemas';
import { refundPosting, refundReversalPosting } from '../domain/ledger.ts';
import type { Payment } from '../domain/payment.ts';
import { Refund, type RefundSnapshot } from '../domain/refund.ts';
import { recordRefundStatus } from '../events/published.ts';
import { lockPayment } from './lock-payment.ts';
import { postLedger } from './post-ledger.ts';

/**
 * Takes what was seen of a refund at the vendor. One that was made at the vendor itself, past us, becomes a refund
 * here too: the money went all the same.
 */
export async function takeRefund(tx: EventTx, paymentId: string, seen: RefundSnapshot): Promise<void> {
  const payment = await lockPayment(tx, paymentId);
  if (!payment) return;
  const refund = (await findRefund(tx, payment, seen)) ?? adopt(tx, payment, seen);
  refund.providerRefundId ??= seen.providerRefundId;
  await settleRefund(tx, payment, refund, seen);
}

/** Moves a refund on, and the ledger with it. */
async function settleRefund(
  tx: EventTx,
  payment: Payment,
  refund: Refund,
  { status, errorCode }: RefundSnapshot,
): Promise<void> {
  const before = refund.status;
  if (!refund.advance(status, errorCode)) return;
  const { provider } = payment;
  await tx.em.flush();
  if (status === 'SUCCEEDED') {
    payment.countRefund(refund.amountMinor);
    await postLedger(tx, payment, refundPosting(refund.id, provider, refund.amount), refund.id);
  }
  // The customer's bank sent it back: what was written is undone by writing the opposite.
  if (status === 'FAILED' && before === 'SUCCEEDED') {
    payment.countRefund(-refund.amountMinor);
    await postLedger(tx, payment, refundReversalPosting(refund.id, provider, refund.amount), refund.id);
  }
  recordRefundStatus(tx, refund);
}

async function findRefund(
  { em }: EventTx,
  payment: Payment,
  seen: RefundSnapshot,
): Promise<Refund | undefined> {
  const refunds = await em.find(Refund, { paymentId: payment.id }, { orderBy: { id: 'asc' } });
  return (
    refunds.find(({ providerRefundId }) => providerRefundId === seen.providerRefundId) ??
    // Ours, reported before the answer to us.
    refunds.find(({ id }) => id === seen.refundId)
  );
}

function adopt(tx: EventTx, payment: Payment, seen: RefundSnapshot): Refund {
  const { workspaceId, connectionId, sandbox, id: paymentId } = payment;
  const { amountMinor, currency } = seen.amount;
  const refund = tx.em.create(Refund, {
    id: newId('rfd'),
    workspaceId,
    paymentId,
    connectionId,
    amountMinor,
    currency,
    status: 'PENDING',
    providerRefundId: seen.providerRefundId,
    sandbox,
  });
  tx.record(
    RefundCreatedSchema,
    { refundId: refund.id, paymentId, amountMinor, currency, sandbox },
    { workspaceId },
  );
  return refund;
}
