import type { EventTx } from '@switchboard/messaging';
import { MembershipRemovedSchema, type SessionRevocationReason } from '@switchboard/proto-schemas';
import { Connection } from '../../domain/connection.ts';
import type { Membership } from '../../domain/membership.ts';
import type { SaveConnection } from '../connections/save-connection.ts';
import { revokeSessionsOf } from '../sessions/revoke-sessions.ts';

/**
 * Ends a membership in the caller's transaction, with the member's sessions and personal connections in the workspace.
 * To be used with the membership locked.
 */
export async function endMembership(
  tx: EventTx,
  saveConnection: SaveConnection,
  membership: Membership,
  reason: SessionRevocationReason,
  now: Date,
): Promise<void> {
  const { id: membershipId, userId, workspaceId } = membership;
  tx.em.remove(membership);
  tx.record(MembershipRemovedSchema, { membershipId, userId }, { workspaceId });
  await revokeSessionsOf(tx, userId, reason, now, { workspaceId });
  const personal = await tx.em.find(Connection, { workspaceId, ownerKind: 'USER', userId });
  for (const connection of personal) await saveConnection.remove(tx, connection);
}
