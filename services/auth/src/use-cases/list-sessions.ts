import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import { type Database, SYSTEM } from '@switchboard/storage';
import type { Clock } from '../domain/clock.ts';
import { Session } from '../domain/session.ts';
import { Workspace } from '../domain/workspace.ts';

/** Far beyond what one person has open; the newest come first. */
const SESSIONS_MAX = 200;

/** One place where the caller is signed in. */
export interface OpenSession {
  readonly session: Session;
  readonly workspace: Workspace;
  /** Whether it is the one in hand. */
  readonly isCurrent: boolean;
}

/** Reads where the caller is signed in, in all workspaces. */
export class ListSessions {
  constructor(
    private readonly database: Database,
    private readonly now: Clock,
  ) {}

  /** @throws AppError FORBIDDEN without a user. */
  execute(actor: WorkspaceActor): Promise<OpenSession[]> {
    const userId = requireUserId(actor);
    // A person's sessions belong to several workspaces: only the service itself can read all of them.
    return this.database.read(SYSTEM, async (em) => {
      const open = { userId, revokedAt: null, expiresAt: { $gt: this.now() } };
      const sessions = await em.find(Session, open, { orderBy: { id: 'desc' }, limit: SESSIONS_MAX });
      const workspaceIds = [...new Set(sessions.map(({ workspaceId }) => workspaceId))];
      const workspaces = await em.find(Workspace, { id: { $in: workspaceIds } });
      return sessions.flatMap((session) => {
        const workspace = workspaces.find(({ id }) => id === session.workspaceId);
        return workspace ? [{ session, workspace, isCurrent: session.id === actor.sessionId }] : [];
      });
    });
  }
}
