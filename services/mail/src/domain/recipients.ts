import { invalidInput } from '@switchboard/errors';
import type { RecipientKind } from './mail-recipient.ts';

export const RECIPIENTS_MAX = 50;

/** An address and how the mail names it. */
export interface Addressee {
  readonly kind: RecipientKind;
  readonly address: string;
}

export interface Addresses {
  readonly to: readonly string[];
  readonly cc?: readonly string[] | null | undefined;
  readonly bcc?: readonly string[] | null | undefined;
}

/** An address for comparing: nobody tells mailboxes apart by case, although RFC 5321 would allow it. */
export function addressKeyOf(address: string): string {
  return address.toLowerCase();
}

/**
 * Everybody a mail goes to, in order.
 * @throws AppError INVALID_INPUT for nobody in `to`, more than 50, or an address twice.
 */
export function addresseesOf({ to, cc, bcc }: Addresses): readonly Addressee[] {
  if (to.length === 0) throw invalidInput('to must hold at least one address.');
  const all: Addressee[] = [
    ...to.map((address) => ({ kind: 'TO' as const, address })),
    ...(cc ?? []).map((address) => ({ kind: 'CC' as const, address })),
    ...(bcc ?? []).map((address) => ({ kind: 'BCC' as const, address })),
  ];
  if (all.length > RECIPIENTS_MAX) {
    throw invalidInput(`A mail goes to at most ${RECIPIENTS_MAX} addresses, counting to, cc and bcc.`);
  }
  if (new Set(all.map(({ address }) => addressKeyOf(address))).size !== all.length) {
    throw invalidInput('An address may occur once in to, cc and bcc.');
  }
  return all;
}
