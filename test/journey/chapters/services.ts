/** In the order of their ports. */
export const SERVICES = ['auth', 'mail', 'telephony', 'billing', 'meetings', 'audit'];
