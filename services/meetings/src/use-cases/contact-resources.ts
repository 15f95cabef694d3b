import { findPage, type PagePlan, type Tx } from '@switchboard/storage';
import { Meeting } from '../domain/meeting.ts';
import { invites } from './find-meetings.ts';

/** The meetings that an e-mail address is invited to. */
export function meetingsOfContact(em: Tx['em'], address: string, plan: PagePlan): Promise<Meeting[]> {
  return findPage(em, Meeting, invites(address), plan);
}
