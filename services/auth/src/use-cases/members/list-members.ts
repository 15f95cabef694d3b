import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan, SYSTEM } from '@switchboard/storage';
import { Identity, type SignInProviderName } from '../../domain/identity.ts';
import { Membership } from '../../domain/membership.ts';
import { User } from '../../domain/user.ts';
import { Workspace } from '../../domain/workspace.ts';

/** Reads who belongs to the caller's workspace. */
export class ListMembers {
  constructor(private readonly database: Database) {}

  execute(actor: WorkspaceActor, plan: PagePlan): Promise<Membership[]> {
    return this.database.read(actor, (em) => findPage(em, Membership, {}, plan));
  }

  byIds(actor: WorkspaceActor, membershipIds: readonly string[]): Promise<(Membership | undefined)[]> {
    return this.database.read(actor, async (em) =>
      inOrder(membershipIds, await em.find(Membership, { id: { $in: [...membershipIds] } })),
    );
  }

  /** Users of the caller's workspace; others are unknown to it. */
  async usersByIds(actor: WorkspaceActor, userIds: readonly string[]): Promise<(User | undefined)[]> {
    const members = await this.database.read(actor, (em) =>
      em.find(Membership, { userId: { $in: [...userIds] } }),
    );
    const memberIds = members.map((member) => member.userId);
    // Accounts belong to no workspace, so only the service itself can read them: of members only.
    return this.database.read(SYSTEM, async (em) =>
      inOrder(userIds, await em.find(User, { id: { $in: memberIds } })),
    );
  }

  /** Who vouches for a user at sign-in. */
  async signInsOf(userId: string): Promise<SignInProviderName[]> {
    const identities = await this.database.read(SYSTEM, (em) =>
      em.find(Identity, { userId }, { orderBy: { provider: 'asc' } }),
    );
    return identities.map(({ provider }) => provider);
  }

  /** The caller's own workspace; any other is unknown to it. */
  workspacesByIds(
    actor: WorkspaceActor,
    workspaceIds: readonly string[],
  ): Promise<(Workspace | undefined)[]> {
    return this.database.read(actor, async (em) => {
      const own = await em.find(Workspace, { id: actor.workspaceId });
      return inOrder(workspaceIds, own);
    });
  }
}

/** One row per id, in the order of the ids. */
export function inOrder<T extends { readonly id: string }>(
  ids: readonly string[],
  rows: readonly T[],
): (T | undefined)[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}
