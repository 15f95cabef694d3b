import { createHash } from 'node:crypto';

/** Somebody with an account at a vendor. */
export interface Person {
  readonly email: string;
  readonly name: string;
}

/** Who the consent page offers; any other address may be typed. */
export const PEOPLE: readonly Person[] = [
  { email: 'ana@example.com', name: 'Ana Lima' },
  { email: 'ben@example.com', name: 'Ben Okafor' },
  { email: 'chloe@example.com', name: 'Chloe Martin' },
];

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/;

/** The person of an address. @returns `undefined` for what is no address. */
export function personOf(email: string): Person | undefined {
  const address = email.trim().toLowerCase();
  if (!EMAIL.test(address)) return undefined;
  const known = PEOPLE.find((person) => person.email === address);
  return known ?? { email: address, name: address.split('@')[0] ?? address };
}

/** Digits that stand for a person for ever, as Google's `sub` does. */
export function numericIdOf(vendor: string, { email }: Person): string {
  const bits = BigInt(`0x${digestOf(vendor, email).slice(0, 16)}`);
  return `1${(bits % 10n ** 20n).toString().padStart(20, '0')}`;
}

/** A GUID that stands for a person for ever, as Microsoft's `oid` does. */
export function guidOf(vendor: string, { email }: Person): string {
  const hex = digestOf(vendor, email);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

function digestOf(vendor: string, email: string): string {
  return createHash('sha256').update(`${vendor}/${email}`).digest('hex');
}
