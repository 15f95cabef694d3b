import { LockMode } from '@mikro-orm/core';
import type { EventTx } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import type { Clock } from '../../domain/clock.ts';
import { Membership } from '../../domain/membership.ts';
import { refusal } from '../../domain/refusal.ts';
import type { FactorMethod } from '../../domain/second-factor.ts';
import type { Session } from '../../domain/session.ts';
import type { User } from '../../domain/user.ts';
import { Workspace, workspaceSuspended } from '../../domain/workspace.ts';
import { openOwnWorkspace } from '../accounts/open-own-workspace.ts';
import type { SignedIn } from '../accounts/sign-up.ts';
import { openChallenge } from '../factors/open-challenge.ts';
import { inOrder } from '../members/list-members.ts';
import type { SuperAdmins } from '../members/super-admins.ts';
import { type GrantSession, openSession } from '../sessions/grant-session.ts';
import { confirmedFactors } from '../vault/factor-vault.ts';

/** A session that is open, before its tokens are made. */
export interface Opened {
  readonly user: User;
  readonly membership: Membership;
  readonly workspace: Workspace;
  readonly session: Session;
}

/** Where somebody gets in. */
type Entry = Pick<Opened, 'membership' | 'workspace'>;

/** Somebody who has shown one factor and is asked for another. */
export interface Challenged {
  readonly challenge: {
    /** Names the challenge towards the client; shown once. */
    readonly token: Secret;
    readonly methods: readonly FactorMethod[];
    readonly expiresAt: Date;
  };
}

/** What becomes of somebody who has shown who they are. */
export type Admission = SignedIn | Challenged;

/** Lets somebody in who has shown who they are, by whatever way. */
export class LetIn {
  constructor(
    private readonly grantSession: GrantSession,
    private readonly superAdmins: SuperAdmins,
    private readonly now: Clock,
  ) {}

  /**
   * Opens a session in the caller's transaction, or asks for the second factor where the user has one. Who belongs to no
   * workspace any more gets one of their own, and so does an administrator of the platform whose workspaces are suspended.
   * @param workspaceId null for the first workspace the user joined.
   * @throws AppError REJECTED with `NOT_A_MEMBER` or `WORKSPACE_SUSPENDED`.
   */
  async admit(tx: EventTx, user: User, workspaceId: string | null): Promise<Opened | Challenged> {
    const factors = await confirmedFactors(tx.em, user.id);
    if (factors.length === 0) return this.open(tx, user, workspaceId);
    const { workspace } = await this.#findEntry(tx, user, workspaceId);
    const whom = { userId: user.id, workspaceId: workspace.id };
    const { challenge, token } = openChallenge(tx.em, 'SIGN_IN', whom, this.now());
    const methods = [...factors.map(({ kind }) => kind), 'RECOVERY_CODE'] as const;
    return { challenge: { token, methods, expiresAt: challenge.expiresAt } };
  }

  /** The same for somebody who has shown everything. */
  async open(tx: EventTx, user: User, workspaceId: string | null): Promise<Opened> {
    const { membership, workspace } = await this.#findEntry(tx, user, workspaceId);
    const session = openSession(tx, user.id, workspace.id, this.now());
    return { user, membership, workspace, session };
  }

  /** Makes the tokens, after the commit. */
  async grant(opened: Opened): Promise<SignedIn>;
  async grant(opened: Opened | Challenged): Promise<Admission>;
  async grant(opened: Opened | Challenged): Promise<Admission> {
    if ('challenge' in opened) return opened;
    const { user, membership, workspace, session } = opened;
    return { user, workspace, session: await this.grantSession.execute(session, membership.role) };
  }

  /** Where a user gets in: the workspace they name, or the first one they joined that is not suspended. */
  async #findEntry(tx: EventTx, user: User, workspaceId: string | null): Promise<Entry> {
    const userId = user.id;
    const where = workspaceId === null ? { userId } : { userId, workspaceId };
    const found = await findOpen(tx.em, where);
    if (typeof found !== 'string') return found;
    // Whoever can lift a suspension is not kept out by one.
    const evenIfSuspended = workspaceId === null && this.superAdmins.isOne(user);
    const own = await openOwnWorkspace(tx, user, this.now(), { evenIfSuspended });
    // Somebody who signs in at the same moment may have made it.
    const again = await findOpen(tx.em, own ? { userId, workspaceId: own.workspaceId } : where);
    if (again === 'SUSPENDED') throw workspaceSuspended('input.workspaceId');
    if (again === 'NO_MEMBER') {
      throw refusal('NOT_A_MEMBER', 'You are not a member of this workspace.', 'input.workspaceId');
    }
    return again;
  }
}

/** The first of a user's workspaces that is not suspended, or why there is none. */
async function findOpen(
  em: EventTx['em'],
  where: { readonly userId: string; readonly workspaceId?: string },
): Promise<Entry | 'NO_MEMBER' | 'SUSPENDED'> {
  const memberships = await em.find(Membership, where, {
    orderBy: { id: 'asc' },
    // A member who is being removed gets no session that outlives the membership.
    lockMode: LockMode.PESSIMISTIC_READ,
  });
  if (memberships.length === 0) return 'NO_MEMBER';
  const ids = memberships.map((membership) => membership.workspaceId);
  const workspaces = inOrder(ids, await em.find(Workspace, { id: { $in: ids } }));
  for (const [n, membership] of memberships.entries()) {
    const workspace = workspaces[n];
    if (workspace && !workspace.suspendedAt) return { membership, workspace };
  }
  return 'SUSPENDED';
}
