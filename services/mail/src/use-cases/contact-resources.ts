import { findPage, type PagePlan, type Tx } from '@switchboard/storage';
import { MailMessage } from '../domain/mail-message.ts';
import { exchangedWith } from './find-mail.ts';

/** The mails that were sent to an address, or received from it. */
export function mailsOfContact(em: Tx['em'], address: string, plan: PagePlan): Promise<MailMessage[]> {
  return findPage(em, MailMessage, exchangedWith(address), plan);
}
