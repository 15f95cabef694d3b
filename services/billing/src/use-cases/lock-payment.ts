import { LockMode } from '@mikro-orm/core';
import type { Tx } from '@switchboard/storage';
import { Payment } from '../domain/payment.ts';

/**
 * A payment, locked until the transaction ends, so that what is decided about it is decided in turn. It is read
 * afresh: flush what was changed of it before.
 */
export function lockPayment({ em }: Tx, paymentId: string): Promise<Payment | null> {
  return em.findOne(Payment, { id: paymentId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}
