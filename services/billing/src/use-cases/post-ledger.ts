import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import { LedgerPostedSchema } from '@switchboard/proto-schemas';
import { type LedgerPosting, requireBalanced } from '../domain/ledger.ts';
import { LedgerEntry, LedgerTransaction } from '../domain/ledger-rows.ts';
import type { Payment } from '../domain/payment.ts';

/**
 * Writes to the ledger, once per cause. The payment is locked, so two that write for one cause come in turn.
 * @throws Error when the lines do not balance; the database would refuse them too.
 */
export async function postLedger(
  tx: EventTx,
  payment: Payment,
  { kind, cause, lines }: LedgerPosting,
  refundId: string | null = null,
): Promise<void> {
  requireBalanced(lines);
  if (await tx.em.findOne(LedgerTransaction, { cause })) return;
  const { workspaceId, sandbox, id: paymentId } = payment;
  const transactionId = newId('ltx');
  tx.em.create(LedgerTransaction, {
    id: transactionId,
    workspaceId,
    paymentId,
    refundId,
    kind,
    cause,
    sandbox,
  });
  // The lines refer to the transaction, and nothing tells the ORM so.
  await tx.em.flush();
  for (const { account, amount } of lines) {
    const { amountMinor, currency } = amount;
    tx.em.create(LedgerEntry, {
      id: newId('lte'),
      workspaceId,
      transactionId,
      paymentId,
      kind,
      account,
      amountMinor,
      currency,
      sandbox,
    });
  }
  tx.record(LedgerPostedSchema, { transactionId, paymentId, sandbox }, { workspaceId });
}
