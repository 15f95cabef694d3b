import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, SYSTEM } from '@switchboard/storage';
import { Membership } from '../domain/membership.ts';
import { Workspace } from '../domain/workspace.ts';
import { inOrder } from './list-members.ts';

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
      const memberships = await em.find(Membership, { userId }, { orderBy: { id: 'asc' } });
      const ids = memberships.map((membership) => membership.workspaceId);
      const workspaces = inOrder(ids, await em.find(Workspace, { id: { $in: ids } }));
      return memberships.flatMap((membership, n) => {
        const workspace = workspaces[n];
        return workspace ? [{ membership, workspace }] : [];
      });
    });
  }

  /** Workspaces of the user; any other is unknown to them. */
  async byIds(actor: WorkspaceActor, workspaceIds: readonly string[]): Promise<(Workspace | undefined)[]> {
    const belongings = await this.execute(actor);
    return inOrder(
      workspaceIds,
      belongings.map(({ workspace }) => workspace),
    );
  }
}
