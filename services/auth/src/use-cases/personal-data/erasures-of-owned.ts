import type { Tx } from '@switchboard/storage';
import { DataRequest } from '../../domain/data-request.ts';
import { Membership } from '../../domain/membership.ts';

/** The erasure under way of each workspace that a user owns; `undefined` for one that is to stay. */
export async function erasuresOfOwned(em: Tx['em'], userId: string): Promise<(DataRequest | undefined)[]> {
  const owned = await em.find(Membership, { userId, role: 'OWNER' });
  const workspaceIds = owned.map(({ workspaceId }) => workspaceId);
  const erasures = await em.find(DataRequest, {
    kind: 'ERASURE',
    scope: 'WORKSPACE',
    workspaceId: { $in: workspaceIds },
    state: { $in: ['SCHEDULED', 'RUNNING'] },
  });
  return workspaceIds.map((id) => erasures.find(({ workspaceId }) => workspaceId === id));
}
