import { defineHandler, type Handler } from '@switchboard/messaging';
import { ConnectionDeletedSchema } from '@switchboard/proto-schemas';
import { unfollowConnection } from '../use-cases/follow-connections.ts';
import type { ConnectionListener } from './connection-mailbox.ts';

/** Stops reading the mailbox of a connection that is gone. */
export function onConnectionDeleted(listener: ConnectionListener): Handler {
  return defineHandler({
    name: 'mailbox-deleted',
    event: ConnectionDeletedSchema,
    async handle({ payload: { connectionId } }, tx) {
      await unfollowConnection(tx, connectionId);
      tx.afterCommit(() => listener.connectionChanged(connectionId));
    },
  });
}
