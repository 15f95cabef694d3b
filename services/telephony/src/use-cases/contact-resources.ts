import { findPage, type PagePlan, type Tx } from '@switchboard/storage';
import { Sms } from '../domain/sms.ts';

/** The messages that went to or came from a number. */
export function smsOfContact(em: Tx['em'], address: string, plan: PagePlan): Promise<Sms[]> {
  return findPage(em, Sms, { $or: [{ to: address }, { from: address }] }, plan);
}
