import { AppError, notFound } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import {
  SessionRevocationReason,
  WorkspaceResumedSchema,
  WorkspaceSuspendedSchema,
} from '@switchboard/proto-schemas';
import { findPage, type PagePlan, SYSTEM, type Tx } from '@switchboard/storage';
import type { Clock } from '../domain/clock.ts';
import { Membership } from '../domain/membership.ts';
import { Session } from '../domain/session.ts';
import type { SuperAdmins } from '../domain/super-admins.ts';
import { User } from '../domain/user.ts';
import { Workspace } from '../domain/workspace.ts';
import { revokeSession } from './revoke-sessions.ts';

/** What a super admin sees of a workspace: that it is there, and nothing that is in it. */
export interface SupervisedWorkspace {
  readonly workspace: Workspace;
  readonly memberCount: number;
}

/** What super admins do: they see which workspaces there are, and can keep everybody out of one. */
export class SuperviseWorkspaces {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly superAdmins: SuperAdmins,
    private readonly now: Clock,
  ) {}

  /** Whether the caller is one. */
  isSuperAdmin(actor: WorkspaceActor): Promise<boolean> {
    return this.unitOfWork.database.read(SYSTEM, (em) => this.#is(em, actor));
  }

  /** @throws AppError FORBIDDEN */
  list(actor: WorkspaceActor, plan: PagePlan): Promise<SupervisedWorkspace[]> {
    return this.unitOfWork.database.read(SYSTEM, async (em) => {
      await this.#require(em, actor);
      const rows = await findPage(em, Workspace, {}, plan);
      const members = await em.find(Membership, { workspaceId: { $in: rows.map(({ id }) => id) } });
      return rows.map((workspace) => ({
        workspace,
        memberCount: members.filter(({ workspaceId }) => workspaceId === workspace.id).length,
      }));
    });
  }

  /** Sessions end at once, keys stop within seconds; nothing is lost. @throws AppError FORBIDDEN, NOT_FOUND. */
  suspend(actor: WorkspaceActor, workspaceId: string): Promise<SupervisedWorkspace> {
    return this.#change(actor, workspaceId, async (tx, workspace, byUserId) => {
      if (workspace.suspendedAt) return;
      const now = this.now();
      workspace.suspendedAt = now;
      tx.record(WorkspaceSuspendedSchema, { workspaceId, byUserId }, { workspaceId });
      const open = await tx.em.find(Session, { workspaceId, revokedAt: null, expiresAt: { $gt: now } });
      const reason = SessionRevocationReason.WORKSPACE_SUSPENDED;
      for (const session of open) revokeSession(tx, session, reason, now);
    });
  }

  /** @throws AppError FORBIDDEN, NOT_FOUND. */
  resume(actor: WorkspaceActor, workspaceId: string): Promise<SupervisedWorkspace> {
    return this.#change(actor, workspaceId, async (tx, workspace, byUserId) => {
      if (!workspace.suspendedAt) return;
      workspace.suspendedAt = null;
      tx.record(WorkspaceResumedSchema, { workspaceId, byUserId }, { workspaceId });
    });
  }

  #change(
    actor: WorkspaceActor,
    workspaceId: string,
    change: (tx: EventTx, workspace: Workspace, byUserId: string) => Promise<void>,
  ): Promise<SupervisedWorkspace> {
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      await this.#require(tx.em, actor);
      const workspace = await tx.em.findOne(Workspace, { id: workspaceId });
      if (!workspace) throw notFound('Workspace');
      await change(tx, workspace, actor.userId ?? '');
      return { workspace, memberCount: await tx.em.count(Membership, { workspaceId }) };
    });
  }

  async #require(em: Tx['em'], actor: WorkspaceActor): Promise<void> {
    if (await this.#is(em, actor)) return;
    throw new AppError('FORBIDDEN', `${actor.userId} is no super admin`, { publicMessage: 'Not allowed.' });
  }

  /** A key is nobody: only a person in a session of their own looks after the installation. */
  async #is(em: Tx['em'], { kind, userId }: WorkspaceActor): Promise<boolean> {
    if (kind !== 'user' || !userId) return false;
    const user = await em.findOne(User, { id: userId });
    return user !== null && this.superAdmins.has(user);
  }
}
