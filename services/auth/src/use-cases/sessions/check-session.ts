import { type Database, SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { isActive, Session } from '../../domain/session.ts';
import { Workspace } from '../../domain/workspace.ts';

/** Says whether a session is open; asked by the gateway, whose access tokens outlive a revocation. */
export class CheckSession {
  constructor(
    private readonly database: Database,
    private readonly now: Clock,
  ) {}

  execute(sessionId: string): Promise<boolean> {
    return this.database.read(SYSTEM, async (em) => {
      const session = await em.findOne(Session, { id: sessionId });
      if (!session || !isActive(session, this.now())) return false;
      // One that was being opened when its workspace was suspended.
      return (await em.count(Workspace, { id: session.workspaceId, suspendedAt: null })) > 0;
    });
  }
}
