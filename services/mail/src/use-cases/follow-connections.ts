import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';

/** A connection as far as its mailbox goes. */
export interface FollowedConnection {
  readonly connectionId: string;
  readonly workspaceId: string;
  readonly sandbox: boolean;
}

/**
 * Has a connection's mailbox looked at now, for the first time or because the connection is another one than before. Whether it
 * names a mailbox at all is found out then: events say nothing of it.
 */
export async function followConnection({ em }: EventTx, connection: FollowedConnection): Promise<void> {
  const { connectionId, workspaceId, sandbox } = connection;
  await em.execute(
    `insert into mailboxes (id, workspace_id, connection_id, sandbox) values (?, ?, ?, ?)
     on conflict (connection_id) do update
       set revision = mailboxes.revision + 1, attempt_at = now(), failures = 0`,
    [newId('mbx'), workspaceId, connectionId, sandbox],
    'run',
  );
}

/** Ends the reading of a connection's mailbox. What was received stays the workspace's. */
export async function unfollowConnection({ em }: EventTx, connectionId: string): Promise<void> {
  await em.execute('delete from mailboxes where connection_id = ?', [connectionId], 'run');
}
