import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan } from '@switchboard/storage';
import { Invitation } from '../../domain/invitation.ts';
import { inOrder } from '../members/list-members.ts';

/** Reads the workspace's invitations; for its administrators. */
export class ListInvitations {
  constructor(private readonly database: Database) {}

  execute(actor: WorkspaceActor, plan: PagePlan): Promise<Invitation[]> {
    return this.database.read(actor, (em) => findPage(em, Invitation, {}, plan));
  }

  async byIds(actor: WorkspaceActor, invitationIds: readonly string[]): Promise<(Invitation | undefined)[]> {
    if (!actor.scopes.includes('workspace:admin')) return invitationIds.map(() => undefined);
    return this.database.read(actor, async (em) =>
      inOrder(invitationIds, await em.find(Invitation, { id: { $in: [...invitationIds] } })),
    );
  }
}
