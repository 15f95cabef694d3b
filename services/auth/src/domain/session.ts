import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { DAY_MS, SECOND_MS } from './clock.ts';

/** A session ends this long after its last refresh. */
export const SESSION_IDLE_MS = 30 * DAY_MS;
/** A client whose answer got lost may present the same refresh token once more within this time. */
export const REFRESH_GRACE_MS = 10 * SECOND_MS;

/** One sign-in in one workspace: the family of refresh tokens that follow from it. */
@Entity({ tableName: 'sessions' })
export class Session {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) userId!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  /** Number of the one refresh token that is valid now. */
  @Property({ type: 'integer' }) generation!: number;
  @Property({ type: 'datetime' }) rotatedAt!: Date;
  @Property({ type: 'datetime' }) createdAt!: Date;
  @Property({ type: 'datetime' }) expiresAt!: Date;
  @Property({ type: 'datetime', nullable: true }) revokedAt!: Date | null;
  /** When it ended because the membership did: exchanged once for a session elsewhere by who has no workspace left. */
  @Property({ type: 'datetime', nullable: true }) strandedAt!: Date | null;
  /** When the user last showed who they are on the way to it; null for when it was opened. */
  @Property({ type: 'datetime', nullable: true }) provenAt!: Date | null;
}

/**
 * What a presented refresh token means.
 * - `ROTATE`: it is the current one.
 * - `REPEAT`: it is the current one's direct predecessor, just replaced: its successor is answered again.
 * - `REUSED`: it was replaced before: somebody else has it, and the family must end.
 * - `ENDED`: the session is over.
 */
export type RefreshVerdict = 'ROTATE' | 'REPEAT' | 'REUSED' | 'ENDED';

export function judgeRefresh(
  session: Pick<Session, 'generation' | 'rotatedAt' | 'expiresAt' | 'revokedAt'>,
  generation: number,
  now: Date,
): RefreshVerdict {
  if (!isActive(session, now)) return 'ENDED';
  if (generation === session.generation) return 'ROTATE';
  const sinceRotation = now.getTime() - session.rotatedAt.getTime();
  const isDirectPredecessor = generation === session.generation - 1;
  return isDirectPredecessor && sinceRotation <= REFRESH_GRACE_MS ? 'REPEAT' : 'REUSED';
}

/** What a refresh token means of a session that ended with its membership: as if it had not. */
export function judgeStranded(
  session: Pick<Session, 'generation' | 'rotatedAt' | 'expiresAt'>,
  generation: number,
  now: Date,
): RefreshVerdict {
  return judgeRefresh({ ...session, revokedAt: null }, generation, now);
}

export function isActive(session: Pick<Session, 'expiresAt' | 'revokedAt'>, now: Date): boolean {
  return !session.revokedAt && session.expiresAt > now;
}
