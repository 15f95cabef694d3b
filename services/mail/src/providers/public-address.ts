import { lookup } from 'node:dns/promises';
import { AppError } from '@switchboard/errors';
import ipaddr from 'ipaddr.js';

export type Resolve = (host: string) => Promise<readonly { readonly address: string }[]>;
export const resolveAll: Resolve = (host) => lookup(host, { all: true });

/**
 * Finds the address of a mail server that a customer named. The name is resolved once and must be public: otherwise it
 * could stand for a machine inside our own network.
 * @throws AppError REJECTED for a place mail may not go to, UNAVAILABLE when the name does not resolve now.
 */
export async function publicAddressOf(host: string, resolve: Resolve): Promise<string> {
  const found = await resolve(host).catch((cause: unknown) => {
    throw new AppError('UNAVAILABLE', `mail server ${host} does not resolve`, { cause });
  });
  // All of them: a name with a public and a private address is an attempt.
  const [first] = found;
  if (!first || !found.every(({ address }) => isPublic(address))) throw serverNotAllowed(host);
  return first.address;
}

/** Whether an address is public unicast, also when it is written as IPv4 within IPv6. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

export function serverNotAllowed(what: string): AppError {
  return new AppError('REJECTED', `mail server not allowed: ${what}`, {
    publicMessage: 'The mail server could not be used.',
    details: { code: 'MAIL_SERVER_NOT_ALLOWED' },
  });
}
