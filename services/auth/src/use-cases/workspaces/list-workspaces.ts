import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, SYSTEM } from '@switchboard/storage';
import { Membership } from '../../domain/membership.ts';
import { Workspace } from '../../domain/workspace.ts';
import { inOrder } from '../members/list-members.ts';

/** A person has a handful of workspaces; far beyond that the list is cut. */
const WORKSPACES_MAX = 500;

/** A workspace as one user belongs to it. */
export interface Belonging {
  readonly membership: Membership;
  readonly workspace: Workspace;
}

/** Reads the workspaces a user belongs to, whichever of them they are signed in to. */
export class ListWorkspaces {
  constructor(private readonly database: Database) {}

  /** @returns in the order of joining; nothing for an API key, which belongs to one workspace and to no user. */
  async execute({ userId }: WorkspaceActor): Promise<Belonging[]> {
    if (userId === undefined) return [];
    return this.database.read(SYSTEM, async (em) => {
      const options = { orderBy: { id: 'asc' as const }, limit: WORKSPACES_MAX };
      const memberships = await em.find(Membership, { userId }, options);
      const ids = memberships.map((membership) => membership.workspaceId);
      const workspaces = inOrder(ids, await em.find(Workspace, { id: { $in: ids } }));
      return memberships.flatMap((membership, n) => {
        const workspace = workspaces[n];
        return workspace ? [{ membership, workspace }] : [];
      });
    });
  }

  /** Workspaces of the user; any other is unknown to them. */
  async byIds(
    { userId }: WorkspaceActor,
    workspaceIds: readonly string[],
  ): Promise<(Workspace | undefined)[]> {
    if (userId === undefined) return workspaceIds.map(() => undefined);
    return this.database.read(SYSTEM, async (em) => {
      const memberships = await em.find(Membership, { userId, workspaceId: { $in: [...workspaceIds] } });
      const ids = memberships.map((membership) => membership.workspaceId);
      return inOrder(workspaceIds, await em.find(Workspace, { id: { $in: ids } }));
    });
  }
}
