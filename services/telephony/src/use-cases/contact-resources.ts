import { findPage, type PagePlan, type Tx } from '@switchboard/storage';
import { Call } from '../domain/call.ts';
import { Sms } from '../domain/sms.ts';

/** The messages and calls that went to or came from a number. */
export async function resourcesOfContact(
  em: Tx['em'],
  address: string,
  plan: PagePlan,
): Promise<(Sms | Call)[]> {
  const where = { $or: [{ to: address }, { from: address }] };
  const messages = await findPage(em, Sms, where, plan);
  const calls = await findPage(em, Call, where, plan);
  return [...messages, ...calls].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}
