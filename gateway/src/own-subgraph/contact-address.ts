import { AppError } from '@switchboard/errors';
import { isEmailAddress, isPhoneNumber } from '@switchboard/subgraph';

export interface ContactAddress {
  readonly address: string;
  readonly kind: 'EMAIL' | 'PHONE';
}

/**
 * Brings an address to the form every service stores: the domain of an e-mail address in lower case (the part
 * before it belongs to the mailbox's owner, RFC 5321 section 2.4), a phone number in E.164.
 * @throws AppError INVALID_INPUT for anything else.
 */
export function canonicalAddress(text: string): ContactAddress {
  if (isPhoneNumber(text)) return { address: text, kind: 'PHONE' };
  if (isEmailAddress(text)) {
    const at = text.lastIndexOf('@');
    return { address: text.slice(0, at) + text.slice(at).toLowerCase(), kind: 'EMAIL' };
  }
  throw new AppError('INVALID_INPUT', 'contactPoint: neither e-mail address nor E.164', {
    publicMessage: 'Argument "address" must be an e-mail address or a phone number in E.164.',
    details: { argument: 'address' },
  });
}
