/**
 * The form under which an address is stored and compared: lower case throughout. Mailboxes that differ only in
 * case exist on paper (RFC 5321, 2.4); two accounts that differ only in case would be a way to impersonate.
 */
export function normaliseEmail(address: string): string {
  return address.toLowerCase();
}
