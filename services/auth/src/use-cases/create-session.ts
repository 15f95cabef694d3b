import { LockMode } from '@mikro-orm/core';
import type { UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../domain/clock.ts';
import { normaliseEmail } from '../domain/email.ts';
import { Membership } from '../domain/membership.ts';
import { refusal } from '../domain/refusal.ts';
import type { User } from '../domain/user.ts';
import { Workspace, workspaceSuspended } from '../domain/workspace.ts';
import type { CheckPassword } from './check-password.ts';
import { type GrantSession, openSession } from './grant-session.ts';
import { inOrder } from './list-members.ts';
import type { SignedIn } from './sign-up.ts';

export interface CreateSessionInput {
  readonly email: string;
  readonly password: Secret;
  /** Which of the user's workspaces; null for the first one they joined. */
  readonly workspaceId: string | null;
}

/** Signs a user in. */
export class CreateSession {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly checkPassword: CheckPassword,
    private readonly grantSession: GrantSession,
    private readonly now: Clock,
  ) {}

  /**
   * @throws AppError REJECTED with `INVALID_CREDENTIALS` (one answer for a wrong password and an unknown address),
   * `NOT_A_MEMBER` or `WORKSPACE_SUSPENDED`, RATE_LIMITED when locked out.
   */
  async execute(input: CreateSessionInput, clientIp: string | undefined): Promise<SignedIn> {
    const user = await this.checkPassword.execute(normaliseEmail(input.email), input.password, clientIp);
    if (!user) {
      throw refusal('INVALID_CREDENTIALS', 'The address or the password is not right.', 'input.password');
    }
    const opened = await this.unitOfWork.run(SYSTEM, async (tx) => {
      const { membership, workspace } = await findEntry(tx.em, user, input.workspaceId);
      return { membership, workspace, session: openSession(tx, user.id, workspace.id, this.now()) };
    });
    const session = await this.grantSession.execute(opened.session, opened.membership.role);
    return { user, workspace: opened.workspace, session };
  }
}

/** Where the user gets in: the workspace they name, or the first one they joined that is not suspended. */
async function findEntry(
  em: Parameters<Parameters<UnitOfWork['run']>[1]>[0]['em'],
  user: User,
  workspaceId: string | null,
): Promise<{ membership: Membership; workspace: Workspace }> {
  const where = workspaceId === null ? { userId: user.id } : { userId: user.id, workspaceId };
  const memberships = await em.find(Membership, where, {
    orderBy: { id: 'asc' },
    // A member who is being removed gets no session that outlives the membership.
    lockMode: LockMode.PESSIMISTIC_READ,
  });
  if (memberships.length === 0) {
    throw refusal('NOT_A_MEMBER', 'You are not a member of this workspace.', 'input.workspaceId');
  }
  const ids = memberships.map((membership) => membership.workspaceId);
  const workspaces = inOrder(ids, await em.find(Workspace, { id: { $in: ids } }));
  for (const [n, membership] of memberships.entries()) {
    const workspace = workspaces[n];
    if (workspace && !workspace.suspendedAt) return { membership, workspace };
  }
  throw workspaceSuspended('input.workspaceId');
}
