/** Port of each door, relative to PORT_BASE. */
const OFFSETS = {
  gateway: 0,
  auth: 1,
  mail: 2,
  telephony: 3,
  billing: 4,
  meetings: 5,
  audit: 6,
  sandbox: 10,
  sandboxSmtp: 11,
  broker: 20,
} as const;

/** Port of each door. */
export type Ports = Record<keyof typeof OFFSETS, number>;

/** The ports of one installation. */
export function portsFrom(base: number): Ports {
  return Object.fromEntries(Object.entries(OFFSETS).map(([name, offset]) => [name, base + offset])) as Ports;
}
