import { LockMode } from '@mikro-orm/core';
import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { EventTx } from '@switchboard/messaging';
import { Membership } from '../../domain/membership.ts';
import type { Role } from '../../domain/role.ts';

type Em = EventTx['em'];

/**
 * Lets one change of a workspace's members in at a time, so that none of them decides by a role that another is
 * just taking away. Sign-ins go on beside it.
 */
export async function lockMembers(em: Em, workspaceId: string): Promise<void> {
  await em.execute('select 1 from workspaces where id = ? for no key update', [workspaceId]);
}

/**
 * One member's row, locked: sessions that are being opened for it are waited for, and are there to be revoked.
 * To be used after `lockMembers`.
 */
export function lockMembership(
  em: Em,
  where: { readonly workspaceId: string } & ({ readonly id: string } | { readonly userId: string }),
): Promise<Membership | null> {
  return em.findOne(Membership, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
}

/**
 * One member's row, held: whoever removes the member waits, and finds what is made for them meanwhile.
 * @returns null for who is no member any more.
 */
export function holdMembership(em: Em, workspaceId: string, userId: string): Promise<Membership | null> {
  return em.findOne(Membership, { workspaceId, userId }, { lockMode: LockMode.PESSIMISTIC_READ });
}

/** @throws AppError FORBIDDEN for somebody who is no member any more. */
export async function requireMember(em: Em, workspaceId: string, userId: string): Promise<void> {
  if (await holdMembership(em, workspaceId, userId)) return;
  throw new AppError('FORBIDDEN', `${userId} is no member`, { publicMessage: 'You are no member any more.' });
}

/**
 * The caller's role as it is now; a token may be older than it. An API key counts as an administrator: its scope
 * was asked for before.
 * @throws AppError FORBIDDEN for a user who is no longer a member.
 */
export async function currentRole(em: Em, { workspaceId, userId }: WorkspaceActor): Promise<Role> {
  if (userId === undefined) return 'ADMIN';
  const membership = await em.findOne(Membership, { workspaceId, userId });
  if (membership) return membership.role;
  throw new AppError('FORBIDDEN', `${userId} is no longer a member`, { publicMessage: 'Sign in again.' });
}

/** @throws AppError FORBIDDEN for a member who administers nothing. */
export function requireAdministrator(role: Role): void {
  if (role !== 'MEMBER') return;
  throw new AppError('FORBIDDEN', 'a member reached for other members', {
    publicMessage: 'Only administrators change members.',
  });
}
