/** Which way a mail went: from the workspace, or to a mailbox of its own. */
export const MailDirection = { OUTBOUND: 'OUTBOUND', INBOUND: 'INBOUND' } as const;
export type MailDirection = keyof typeof MailDirection;
