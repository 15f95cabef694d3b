/** The services that publish and consume events; each is a user of the broker. */
export const SERVICES = ['auth', 'mail', 'telephony', 'billing', 'meetings', 'audit'] as const;

/** The variable that holds the password of a user of the broker: `SUPERGRAPH_CONTROLLER_NATS_PASSWORD`. */
export function passwordVariableOf(user: string): string {
  return `${user.replaceAll('-', '_').toUpperCase()}_NATS_PASSWORD`;
}
