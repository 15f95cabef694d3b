import type { FilterQuery } from '@mikro-orm/core';
import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, type Scope, SYSTEM } from '@switchboard/storage';
import { Connection } from '../../domain/connection.ts';
import type { SuperAdmins } from '../members/super-admins.ts';

/** Accounts that a person connected for the whole installation; its other rows have their secrets in the configuration. */
export const PLATFORM_GRANTS = {
  ownerKind: 'PLATFORM',
  accountId: { $ne: null },
} as const satisfies FilterQuery<Connection>;

/** Where one connection of a caller's is read and changed. */
export interface Reach {
  readonly scope: Scope;
  readonly where: FilterQuery<Connection> & object;
}

/**
 * Finds the connections a caller may know of: the workspace's, their own, and the platform's for its administrators.
 * To anybody else those are as unknown as another workspace's.
 */
export class ReachConnections {
  constructor(
    private readonly database: Database,
    private readonly superAdmins: SuperAdmins,
  ) {}

  /** The platform's, newest first; none for anybody but its administrators. */
  async platformGrants(actor: WorkspaceActor): Promise<Connection[]> {
    if (!(await this.superAdmins.includes(actor))) return [];
    return this.database.read(SYSTEM, (em) =>
      em.find(Connection, PLATFORM_GRANTS, { orderBy: { id: 'desc' } }),
    );
  }

  /** Whether there is such a connection is for the caller to see. */
  async of(actor: WorkspaceActor, connectionId: string): Promise<Reach> {
    const platform = await this.platformGrants(actor);
    return platform.some(({ id }) => id === connectionId)
      ? { scope: SYSTEM, where: { id: connectionId, ...PLATFORM_GRANTS } }
      : { scope: actor, where: { id: connectionId, ...visibleConnections(actor) } };
  }
}

/** Personal connections are seen by their user alone. */
export function visibleConnections(actor: WorkspaceActor): FilterQuery<Connection> & object {
  return { $or: [{ ownerKind: 'WORKSPACE' }, { ownerKind: 'USER', userId: actor.userId ?? '' }] };
}
