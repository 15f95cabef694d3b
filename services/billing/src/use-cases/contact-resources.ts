import { findPage, type PagePlan, type Tx } from '@switchboard/storage';
import { Payment } from '../domain/payment.ts';
import { Refund } from '../domain/refund.ts';

/** The payments that a customer made, and what was given back of them. */
export async function paymentsOfContact(
  em: Tx['em'],
  address: string,
  plan: PagePlan,
): Promise<(Payment | Refund)[]> {
  const where = { $or: [{ customerEmail: address }, { customerPhone: address }] };
  const payments = await findPage(em, Payment, where, plan);
  const paymentIds = payments.map(({ id }) => id);
  const refunds = await findPage(em, Refund, { paymentId: { $in: paymentIds } }, plan);
  return [...payments, ...refunds].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}
