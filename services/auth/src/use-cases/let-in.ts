import { AppError } from '@switchboard/errors';
import type { EventTx } from '@switchboard/messaging';
import type { Clock } from '../domain/clock.ts';
import { Membership } from '../domain/membership.ts';
import { refusal } from '../domain/refusal.ts';
import type { Session } from '../domain/session.ts';
import type { User } from '../domain/user.ts';
import { Workspace } from '../domain/workspace.ts';
import { type GrantSession, openSession } from './grant-session.ts';
import type { SignedIn } from './sign-up.ts';

/** A session that is open, before its tokens are made. */
export interface Opened {
  readonly user: User;
  readonly membership: Membership;
  readonly workspace: Workspace;
  readonly session: Session;
}

/** Lets somebody in who has shown who they are, by whatever way. */
export class LetIn {
  constructor(
    private readonly grantSession: GrantSession,
    private readonly now: Clock,
  ) {}

  /**
   * Opens a session in the caller's transaction.
   * @param workspaceId null for the first workspace the user joined.
   * @throws AppError REJECTED with `NOT_A_MEMBER` or `WORKSPACE_SUSPENDED`.
   */
  async open(tx: EventTx, user: User, workspaceId: string | null): Promise<Opened> {
    const membership = await findMembership(tx.em, user.id, workspaceId);
    const workspace = await tx.em.findOne(Workspace, { id: membership.workspaceId });
    if (!workspace) throw new AppError('INTERNAL', `membership ${membership.id} has no workspace`);
    requireOpen(workspace);
    const session = openSession(tx, user.id, workspace.id, this.now());
    return { user, membership, workspace, session };
  }

  /** Makes the tokens, after the commit. */
  async grant({ user, membership, workspace, session }: Opened): Promise<SignedIn> {
    return { user, workspace, session: await this.grantSession.execute(session, membership.role) };
  }
}

/** @throws AppError REJECTED with `NOT_A_MEMBER`. */
export async function findMembership(
  em: EventTx['em'],
  userId: string,
  workspaceId: string | null,
): Promise<Membership> {
  const where = workspaceId === null ? { userId } : { userId, workspaceId };
  const membership = await em.findOne(Membership, where, { orderBy: { id: 'asc' } });
  if (!membership) {
    throw refusal('NOT_A_MEMBER', 'You are not a member of this workspace.', 'input.workspaceId');
  }
  return membership;
}

/** @throws AppError REJECTED with `WORKSPACE_SUSPENDED`. */
export function requireOpen({ suspendedAt }: Workspace): void {
  if (suspendedAt === null) return;
  throw refusal('WORKSPACE_SUSPENDED', 'This workspace is suspended. Ask the operator of the installation.');
}
