import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan, SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { Session } from '../../domain/session.ts';
import { inOrder } from '../members/list-members.ts';

/** Reads where the caller is signed in: their own open sessions, in every workspace of theirs. */
export class ListSessions {
  constructor(
    private readonly database: Database,
    private readonly now: Clock,
  ) {}

  /** @throws AppError FORBIDDEN without a user. */
  async execute(actor: WorkspaceActor, plan: PagePlan): Promise<Session[]> {
    const userId = requireUserId(actor);
    // Sessions belong to a person, not to a workspace.
    return this.database.read(SYSTEM, (em) => findPage(em, Session, this.#openOf(userId), plan));
  }

  async byIds(actor: WorkspaceActor, sessionIds: readonly string[]): Promise<(Session | undefined)[]> {
    const { userId } = actor;
    if (userId === undefined) return sessionIds.map(() => undefined);
    return this.database.read(SYSTEM, async (em) =>
      inOrder(sessionIds, await em.find(Session, { id: { $in: [...sessionIds] }, ...this.#openOf(userId) })),
    );
  }

  #openOf(userId: string) {
    return { userId, revokedAt: null, expiresAt: { $gt: this.now() } };
  }
}
