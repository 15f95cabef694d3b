import type { EventTx } from '@switchboard/messaging';
import { SessionRevocationReason, SessionRevokedSchema } from '@switchboard/proto-schemas';
import { Session } from '../../domain/session.ts';

/** Ends a session in the caller's transaction. */
export function revokeSession(
  { record }: EventTx,
  session: Session,
  reason: SessionRevocationReason,
  now: Date,
): void {
  session.revokedAt = now;
  session.strandedAt = reason === SessionRevocationReason.MEMBERSHIP_REMOVED ? now : null;
  const { id: sessionId, userId, workspaceId } = session;
  record(SessionRevokedSchema, { sessionId, userId, reason }, { workspaceId });
}

/** Which of a user's sessions end; all of them when nothing is said. */
export interface RevokedSessions {
  /** Only those in this workspace. */
  readonly workspaceId?: string;
  /** This one goes on. */
  readonly exceptSessionId?: string | undefined;
}

/** Ends open sessions of a user. @returns their ids. */
export async function revokeSessionsOf(
  tx: EventTx,
  userId: string,
  reason: SessionRevocationReason,
  now: Date,
  { workspaceId, exceptSessionId }: RevokedSessions = {},
): Promise<string[]> {
  // A session that is being opened at this moment refers to the user: it is waited for, and ends with the others.
  if (workspaceId === undefined) {
    await tx.em.execute('select 1 from users where id = ? for update', [userId]);
    // Those that ended with a membership are worth nothing any more either.
    await tx.em.nativeUpdate(Session, { userId, strandedAt: { $ne: null } }, { strandedAt: null });
  }
  const open = await tx.em.find(
    Session,
    {
      userId,
      revokedAt: null,
      expiresAt: { $gt: now },
      ...(workspaceId !== undefined && { workspaceId }),
      ...(exceptSessionId !== undefined && { id: { $ne: exceptSessionId } }),
    },
    { orderBy: { id: 'asc' } },
  );
  for (const session of open) revokeSession(tx, session, reason, now);
  return open.map((session) => session.id);
}

/** Ends every open session in a workspace. */
export async function revokeSessionsIn(
  tx: EventTx,
  workspaceId: string,
  reason: SessionRevocationReason,
  now: Date,
): Promise<void> {
  const open = await tx.em.find(Session, { workspaceId, revokedAt: null, expiresAt: { $gt: now } });
  for (const session of open) revokeSession(tx, session, reason, now);
}
