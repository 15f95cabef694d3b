import type { FilterQuery } from '@mikro-orm/core';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan, SYSTEM, type Tx } from '@switchboard/storage';
import { DataRequest } from '../../domain/data-request.ts';
import { Membership } from '../../domain/membership.ts';
import { inOrder } from '../members/list-members.ts';

/** Reads the caller's own requests and, for its owner, those of the workspace. */
export class ListDataRequests {
  constructor(private readonly database: Database) {}

  /** @throws AppError FORBIDDEN without a user. */
  execute(actor: WorkspaceActor, plan: PagePlan): Promise<DataRequest[]> {
    requireUserId(actor);
    return this.database.read(SYSTEM, async (em) =>
      findPage(em, DataRequest, await visibleRequests(em, actor), plan),
    );
  }

  byIds(actor: WorkspaceActor, requestIds: readonly string[]): Promise<(DataRequest | undefined)[]> {
    return this.database.read(SYSTEM, async (em) => {
      const visible = await visibleRequests(em, actor);
      return inOrder(requestIds, await em.find(DataRequest, { id: { $in: [...requestIds] }, ...visible }));
    });
  }
}

/** Which requests a caller may know of; none without a user. */
export async function visibleRequests(
  em: Tx['em'],
  { userId = '', workspaceId }: WorkspaceActor,
): Promise<FilterQuery<DataRequest> & object> {
  const isOwner = (await em.count(Membership, { userId, workspaceId, role: 'OWNER' })) > 0;
  const own = { requestedByUserId: userId };
  return isOwner ? { $or: [own, { scope: 'WORKSPACE', workspaceId }] } : own;
}
