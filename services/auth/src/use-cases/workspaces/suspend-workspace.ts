import { notFound } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import {
  SessionRevocationReason,
  WorkspaceResumedSchema,
  WorkspaceSuspendedSchema,
} from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { DataRequest } from '../../domain/data-request.ts';
import { refusal } from '../../domain/refusal.ts';
import { Workspace } from '../../domain/workspace.ts';
import { lockMembers } from '../members/lock-members.ts';
import type { SuperAdmins } from '../members/super-admins.ts';
import { revokeSessionsIn } from '../sessions/revoke-sessions.ts';

/**
 * Keeps everybody out of a workspace, and lets them in again. Nothing in it is changed. Another administrator of the platform
 * who belongs to it keeps the right to lift it: signing in, they get a workspace of their own.
 */
export class SuspendWorkspace {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly superAdmins: SuperAdmins,
    private readonly now: Clock,
  ) {}

  /**
   * Its sessions end, and its API keys are refused until it is resumed. Doing it again changes nothing.
   * @param reason for the platform's administrators; in no event.
   * @throws AppError FORBIDDEN, NOT_FOUND, REJECTED with `REASON_REQUIRED`, or `WORKSPACE_IN_HAND` for the
   * caller's own, which they could not resume.
   */
  async suspend(actor: WorkspaceActor, workspaceId: string, reason: string): Promise<Workspace> {
    await this.superAdmins.require(actor);
    if (reason.trim() === '') throw refusal('REASON_REQUIRED', 'Give a reason.', 'input.reason');
    return this.#change(workspaceId, async (tx, workspace) => {
      if (workspaceId === actor.workspaceId) {
        throw refusal('WORKSPACE_IN_HAND', 'You are signed in to this workspace.', 'input.workspaceId');
      }
      if (workspace.suspendedAt) return;
      const now = this.now();
      workspace.suspendedAt = now;
      workspace.suspendedReason = reason;
      tx.record(WorkspaceSuspendedSchema, { workspaceId }, { workspaceId });
      await revokeSessionsIn(tx, workspaceId, SessionRevocationReason.WORKSPACE_SUSPENDED, now);
    });
  }

  /** Its API keys work again, and its members sign in again. @throws AppError FORBIDDEN, NOT_FOUND, REJECTED with `BEING_ERASED`. */
  async resume(actor: WorkspaceActor, workspaceId: string): Promise<Workspace> {
    await this.superAdmins.require(actor);
    return this.#change(workspaceId, async ({ em, record }, workspace) => {
      if (!workspace.suspendedAt) return;
      const erasure = { workspaceId, kind: 'ERASURE', scope: 'WORKSPACE', state: 'RUNNING' } as const;
      if ((await em.count(DataRequest, erasure)) > 0) {
        throw refusal('BEING_ERASED', 'The workspace is being erased.', 'input.workspaceId');
      }
      workspace.suspendedAt = null;
      workspace.suspendedReason = null;
      record(WorkspaceResumedSchema, { workspaceId }, { workspaceId });
    });
  }

  #change(
    workspaceId: string,
    change: (tx: EventTx, workspace: Workspace) => Promise<void>,
  ): Promise<Workspace> {
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      await lockMembers(tx.em, workspaceId);
      const workspace = await tx.em.findOne(Workspace, { id: workspaceId });
      if (!workspace) throw notFound('Workspace');
      await change(tx, workspace);
      return workspace;
    });
  }
}
