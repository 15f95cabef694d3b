import type { FilterQuery } from '@mikro-orm/core';
import type { WorkspaceActor } from '@switchboard/identity';
import type { Database } from '@switchboard/storage';
import { Connection } from '../../domain/connection.ts';
import { inOrder } from '../workspaces/list-members.ts';

/** A workspace has a handful of connections; far beyond that something is wrong and the list is cut. */
const CONNECTIONS_MAX = 500;

/** Reads the workspace's connections and the caller's own. The platform's belong to no workspace and are not listed. */
export class ListConnections {
  constructor(private readonly database: Database) {}

  execute(actor: WorkspaceActor): Promise<Connection[]> {
    return this.database.read(actor, (em) =>
      em.find(Connection, visibleConnections(actor), { orderBy: { id: 'desc' }, limit: CONNECTIONS_MAX }),
    );
  }

  byIds(actor: WorkspaceActor, connectionIds: readonly string[]): Promise<(Connection | undefined)[]> {
    return this.database.read(actor, async (em) =>
      inOrder(
        connectionIds,
        await em.find(Connection, { id: { $in: [...connectionIds] }, ...visibleConnections(actor) }),
      ),
    );
  }
}

/** Personal connections are seen by their user alone. */
export function visibleConnections(actor: WorkspaceActor): FilterQuery<Connection> & object {
  return { $or: [{ ownerKind: 'WORKSPACE' }, { ownerKind: 'USER', userId: actor.userId ?? '' }] };
}
