import { LockMode } from '@mikro-orm/core';
import type { Tx } from '@switchboard/storage';
import { Call } from '../domain/call.ts';

/** Names a call: by our id, which an unknown caller's connection must fit, or by the vendor's. */
export type WhichCall =
  | { id: string; connectionId?: string }
  | { connectionId: string; providerCallId: string };

/**
 * Finds a call for change. Until the transaction ends nobody else changes it: two reports that arrive together would
 * both see the status before them, and the older one could be written last.
 */
export function lockCall({ em }: Pick<Tx, 'em'>, which: WhichCall): Promise<Call | null> {
  return em.findOne(Call, which, { lockMode: LockMode.PESSIMISTIC_WRITE });
}
