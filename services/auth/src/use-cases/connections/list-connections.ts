import type { WorkspaceActor } from '@switchboard/identity';
import type { Database } from '@switchboard/storage';
import { Connection } from '../../domain/connection.ts';
import { inOrder } from '../members/list-members.ts';
import { type ReachConnections, visibleConnections } from './reach-connections.ts';

/** A workspace has a handful of connections; far beyond that something is wrong and the list is cut. */
const CONNECTIONS_MAX = 500;

/**
 * Reads the workspace's connections and the caller's own. The platform's belong to no workspace: what a person connected for
 * it is listed to its administrators, and what the configuration names to nobody.
 */
export class ListConnections {
  constructor(
    private readonly database: Database,
    private readonly reach: ReachConnections,
  ) {}

  async execute(actor: WorkspaceActor): Promise<Connection[]> {
    const own = await this.database.read(actor, (em) =>
      em.find(Connection, visibleConnections(actor), { orderBy: { id: 'desc' }, limit: CONNECTIONS_MAX }),
    );
    return [...own, ...(await this.reach.platformGrants(actor))];
  }

  async byIds(actor: WorkspaceActor, connectionIds: readonly string[]): Promise<(Connection | undefined)[]> {
    const own = await this.database.read(actor, (em) =>
      em.find(Connection, { id: { $in: [...connectionIds] }, ...visibleConnections(actor) }),
    );
    return inOrder(connectionIds, [...own, ...(await this.reach.platformGrants(actor))]);
  }
}
