import { defineHandler, type Handler } from '@switchboard/messaging';
import { ConnectionUpdatedSchema } from '@switchboard/proto-schemas';
import { followConnection } from '../use-cases/follow-connections.ts';
import { type ConnectionListener, hasMailbox } from './connection-mailbox.ts';

/** Reads on with what a connection says now: it may name another mailbox, or have another password. */
export function onConnectionUpdated(listener: ConnectionListener): Handler {
  return defineHandler({
    name: 'mailbox-updated',
    event: ConnectionUpdatedSchema,
    async handle({ payload, workspaceId }, tx) {
      if (!hasMailbox(payload)) return;
      const { connectionId, sandbox } = payload;
      await followConnection(tx, { connectionId, workspaceId, sandbox });
      tx.afterCommit(() => listener.connectionChanged(connectionId));
    },
  });
}
