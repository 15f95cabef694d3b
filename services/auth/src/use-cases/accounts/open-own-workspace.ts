import type { EventTx } from '@switchboard/messaging';
import { Membership } from '../../domain/membership.ts';
import type { User } from '../../domain/user.ts';
import { Workspace } from '../../domain/workspace.ts';
import { openWorkspace } from './open-account.ts';

/**
 * Gives somebody who belongs to no workspace any more one of their own, as a sign-up does, in the caller's transaction.
 * @param options.evenIfSuspended also to who belongs to suspended ones only.
 * @returns their place in it; `undefined` for who belongs to one.
 */
export async function openOwnWorkspace(
  tx: EventTx,
  { id: userId, name }: Pick<User, 'id' | 'name'>,
  now: Date,
  { evenIfSuspended = false }: { readonly evenIfSuspended?: boolean } = {},
): Promise<Membership | undefined> {
  // Locked: of parallel sign-ins one makes it, and the others find it.
  await tx.em.execute('select 1 from users where id = ? for update', [userId]);
  const places = await tx.em.find(Membership, { userId });
  const ids = places.map((place) => place.workspaceId);
  const open = await tx.em.count(Workspace, {
    id: { $in: ids },
    ...(evenIfSuspended && { suspendedAt: null }),
  });
  if (open > 0) return undefined;
  const { id: workspaceId } = await openWorkspace(tx, userId, name, now);
  await tx.em.flush();
  return tx.em.findOneOrFail(Membership, { userId, workspaceId });
}

/** The first workspace a user joined, in whose name they are written to; who has none left gets one of their own. */
export async function firstWorkspaceOf(tx: EventTx, user: User, now: Date): Promise<string> {
  const find = () => tx.em.findOne(Membership, { userId: user.id }, { orderBy: { id: 'asc' } });
  const membership = (await find()) ?? (await openOwnWorkspace(tx, user, now)) ?? (await find());
  if (!membership) throw new Error(`user ${user.id} lost the workspace they were found in`);
  return membership.workspaceId;
}
