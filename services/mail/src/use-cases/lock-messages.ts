import { LockMode } from '@mikro-orm/core';
import type { Tx } from '@switchboard/storage';
import { MailMessage } from '../domain/mail-message.ts';

/**
 * Finds mails for change, with their recipients. Until the transaction ends nobody else changes them: two reports
 * that arrive together would both see the status before them, and the older one could be written last.
 */
export async function lockMessages(
  { em }: Pick<Tx, 'em'>,
  where: { readonly ids: readonly string[]; readonly connectionId?: string },
): Promise<MailMessage[]> {
  const { ids, connectionId } = where;
  const messages = await em.find(
    MailMessage,
    { id: { $in: [...ids] }, ...(connectionId !== undefined && { connectionId }) },
    // In one order, so that two batches never wait for each other.
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
  );
  await em.populate(messages, ['recipients']);
  return messages;
}
