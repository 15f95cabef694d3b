import { BlockList, isIP } from 'node:net';
import { refusal } from './refusal.ts';

/** Where an API key may be used from: addresses and networks in CIDR notation (RFC 4632, RFC 4291). Empty: anywhere. */
export type AddressList = readonly string[];

const ENTRIES_MAX = 50;
const BITS = { 4: 32, 6: 128 } as const;
/** An IPv4 caller on an IPv6 socket (RFC 4291, section 2.5.5.2). */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

interface Network {
  readonly address: string;
  readonly family: 4 | 6;
  readonly prefix: number;
}

/** @throws AppError REJECTED (`ADDRESS_INVALID`, `ADDRESSES_TOO_MANY`) naming the entry. */
export function requireAddressList(entries: readonly string[], path: string): string[] {
  const list = [...new Set(entries.map((entry) => entry.trim()))];
  if (list.length > ENTRIES_MAX) {
    throw refusal('ADDRESSES_TOO_MANY', `Name ${ENTRIES_MAX} addresses at most.`, path);
  }
  const wrong = list.find((entry) => !networkOf(entry));
  if (wrong === undefined) return list;
  throw refusal(
    'ADDRESS_INVALID',
    `${wrong} is neither an IP address nor a network such as 203.0.113.0/24.`,
    path,
  );
}

/** Whether a caller at this address may use the key; an unknown address is in no list. */
export function isAllowedFrom(list: AddressList, clientIp: string): boolean {
  if (list.length === 0) return true;
  const address = MAPPED.exec(clientIp)?.[1] ?? clientIp;
  const family = isIP(address);
  if (family === 0) return false;
  const allowed = new BlockList();
  for (const network of list.flatMap((entry) => networkOf(entry) ?? [])) {
    allowed.addSubnet(network.address, network.prefix, typeOf(network.family));
  }
  return allowed.check(address, typeOf(family === 4 ? 4 : 6));
}

function networkOf(entry: string): Network | undefined {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = isIP(address);
  if ((family !== 4 && family !== 6) || rest.length > 0) return undefined;
  if (prefix === undefined) return { address, family, prefix: BITS[family] };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > BITS[family]) return undefined;
  return { address, family, prefix: Number(prefix) };
}

function typeOf(family: 4 | 6): 'ipv4' | 'ipv6' {
  return family === 4 ? 'ipv4' : 'ipv6';
}
