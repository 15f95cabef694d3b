import { OwnerKind } from '@switchboard/proto-schemas';

/** Vendor of the connections that may name a mailbox. */
export const MAILBOX_VENDOR = 'smtp';

/** Who wants to know at once that something happened to a connection. */
export interface ConnectionListener {
  connectionChanged(connectionId: string): void;
}

/**
 * Whether a connection's mailbox may be read: a workspace's own. The platform's belongs to no workspace that could see its
 * mails, and what comes to one person's account is not for everybody in the workspace.
 */
export function hasMailbox(connection: { readonly vendor: string; readonly ownerKind: OwnerKind }): boolean {
  return connection.vendor === MAILBOX_VENDOR && connection.ownerKind === OwnerKind.WORKSPACE;
}
