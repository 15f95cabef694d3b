import type { FilterQuery } from '@mikro-orm/core';
import type { EventTx } from '@switchboard/messaging';
import { type SessionRevocationReason, SessionRevokedSchema } from '@switchboard/proto-schemas';
import { Session } from '../domain/session.ts';

/** Ends a session in the caller's transaction. */
export function revokeSession(
  { record }: EventTx,
  session: Session,
  reason: SessionRevocationReason,
  now: Date,
): void {
  session.revokedAt = now;
  const { id: sessionId, userId, workspaceId } = session;
  record(SessionRevokedSchema, { sessionId, userId, reason }, { workspaceId });
}

/**
 * Ends every open session of a user.
 * @param which those of one workspace, or all but one; all of them where nothing is said.
 * @returns their ids.
 */
export async function revokeSessionsOf(
  tx: EventTx,
  userId: string,
  reason: SessionRevocationReason,
  now: Date,
  which: FilterQuery<Session> & object = {},
): Promise<string[]> {
  const open = await tx.em.find(Session, { userId, revokedAt: null, expiresAt: { $gt: now }, ...which });
  for (const session of open) revokeSession(tx, session, reason, now);
  return open.map(({ id }) => id);
}
