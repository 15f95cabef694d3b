/** Port of each door, relative to PORT_BASE. */
const OFFSETS = {
  gateway: 0,
  auth: 1,
  mail: 2,
  telephony: 3,
  billing: 4,
  meetings: 5,
  audit: 6,
  gatewayMetrics: 9,
  sandbox: 10,
  sandboxSmtp: 11,
  sandboxImap: 12,
  broker: 20,
} as const;

/** Port of each door. */
export type Ports = Record<keyof typeof OFFSETS, number>;

/** The ports of one installation. */
export function portsFrom(base: number): Ports {
  return Object.fromEntries(Object.entries(OFFSETS).map(([name, offset]) => [name, base + offset])) as Ports;
}

/** Ports above 1023 that browsers and fetch refuse to call (fetch.spec.whatwg.org, "bad port"). */
const BLOCKED = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
]);

/** A door of these that could be open and yet not be reached by HTTP; `undefined` when there is none. */
export function blockedPort(ports: Ports): number | undefined {
  return Object.values(ports).find((port) => BLOCKED.has(port));
}
