import { LockMode } from '@mikro-orm/core';
import type { Tx } from '@switchboard/storage';
import { Sms } from '../domain/sms.ts';

/**
 * Finds a message for change. Until the transaction ends nobody else changes it: two reports that arrive together
 * would both see the status before them, and the older one could be written last.
 */
export function lockSms(
  { em }: Pick<Tx, 'em'>,
  where: { id: string; connectionId?: string } | { connectionId: string; providerMessageId: string },
): Promise<Sms | null> {
  return em.findOne(Sms, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
}
