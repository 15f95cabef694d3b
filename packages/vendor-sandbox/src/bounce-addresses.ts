/** Whether mail to this address comes back: anybody at `bounce.test`, and `bounce@` anywhere. */
export function isBounceAddress(address: string): boolean {
  const lower = address.toLowerCase();
  return lower.endsWith('@bounce.test') || lower.startsWith('bounce@');
}
