import { defineHandler, type Handler } from '@switchboard/messaging';
import { ConnectionCreatedSchema } from '@switchboard/proto-schemas';
import { followConnection } from '../use-cases/follow-connections.ts';
import { type ConnectionListener, hasMailbox } from './connection-mailbox.ts';

/** Begins to read the mailbox of a new connection. */
export function onConnectionCreated(listener: ConnectionListener): Handler {
  return defineHandler({
    name: 'mailbox-created',
    event: ConnectionCreatedSchema,
    async handle({ payload, workspaceId }, tx) {
      if (!hasMailbox(payload)) return;
      const { connectionId, sandbox } = payload;
      await followConnection(tx, { connectionId, workspaceId, sandbox });
      tx.afterCommit(() => listener.connectionChanged(connectionId));
    },
  });
}
