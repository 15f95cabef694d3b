import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import {
  DataRequestCancelledSchema,
  SessionRevocationReason,
  WorkspaceSuspendedSchema,
} from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { after, type Clock } from '../../domain/clock.ts';
import { Connection } from '../../domain/connection.ts';
import { DataRequest, LAST_REPEAT_MS, SETTLE_MS } from '../../domain/data-request.ts';
import { Identity } from '../../domain/identity.ts';
import { Membership } from '../../domain/membership.ts';
import { RecoveryCode, SecondFactor } from '../../domain/second-factor.ts';
import { User } from '../../domain/user.ts';
import { Workspace } from '../../domain/workspace.ts';
import type { SaveConnection } from '../connections/save-connection.ts';
import { lockMembers, lockMembership } from '../members/lock-members.ts';
import { revokeSessionsIn, revokeSessionsOf } from '../sessions/revoke-sessions.ts';
import { endMembership } from '../workspaces/end-membership.ts';
import { erasuresOfOwned } from './erasures-of-owned.ts';

const ERASURE = SessionRevocationReason.ERASURE;

/**
 * Begins erasures that are due: nobody gets in any more, and what was connected is ended at the vendors. The services
 * are told a little later, when the last caller that was let in is forgotten.
 */
export class BeginErasure {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saveConnection: SaveConnection,
    private readonly now: Clock,
  ) {}

  /** Takes the one that has been due longest. @returns whether there was one. */
  execute(): Promise<boolean> {
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      const [due] = await tx.em.execute<{ id: string }[]>(
        `select id from data_requests where state = 'SCHEDULED' and due_at <= ?
         order by due_at, id limit 1 for update skip locked`,
        [this.now()],
      );
      if (!due) return false;
      const request = await tx.em.findOneOrFail(DataRequest, { id: due.id });
      if (request.userId === null) await this.#shutWorkspace(tx, request);
      else await this.#shutAccount(tx, request, request.userId);
      return true;
    });
  }

  async #shutWorkspace(tx: EventTx, request: DataRequest): Promise<void> {
    const { em, record } = tx;
    const { workspaceId } = request;
    await lockMembers(em, workspaceId);
    const workspace = await em.findOneOrFail(Workspace, { id: workspaceId });
    const now = this.now();
    if (!workspace.suspendedAt) {
      workspace.suspendedAt = now;
      record(WorkspaceSuspendedSchema, { workspaceId }, { workspaceId });
    }
    workspace.suspendedReason = 'It is being erased.';
    await revokeSessionsIn(tx, workspaceId, ERASURE, now);
    const connections = await em.find(Connection, { workspaceId });
    for (const connection of connections) await this.saveConnection.remove(tx, connection);
    this.#run(request, connections);
  }

  async #shutAccount(tx: EventTx, request: DataRequest, userId: string): Promise<void> {
    const { em, record } = tx;
    const now = this.now();
    const workspaceIds = (await em.find(Membership, { userId })).map(({ workspaceId }) => workspaceId);
    for (const workspaceId of workspaceIds.toSorted()) await lockMembers(em, workspaceId);
    await em.execute('select 1 from users where id = ? for update', [userId]);
    const erasures = await erasuresOfOwned(em, userId);
    if (erasures.includes(undefined)) {
      // It was given a workspace, or kept one, since it was asked for: a workspace needs its owner.
      request.state = 'CANCELLED';
      request.email = null;
      record(DataRequestCancelledSchema, { requestId: request.id }, { workspaceId: request.workspaceId });
      return;
    }
    if (erasures.some((erasure) => erasure?.state === 'SCHEDULED')) {
      request.dueAt = after(now, LAST_REPEAT_MS);
      return;
    }
    const connections = await em.find(Connection, { userId });
    for (const workspaceId of workspaceIds) {
      const membership = await lockMembership(em, { workspaceId, userId });
      if (!membership || membership.role === 'OWNER') continue;
      await endMembership(tx, this.saveConnection, membership, ERASURE, now);
    }
    await revokeSessionsOf(tx, userId, ERASURE, now);
    await em.nativeDelete(Identity, { userId });
    await em.nativeDelete(SecondFactor, { userId });
    await em.nativeDelete(RecoveryCode, { userId });
    const user = await em.findOneOrFail(User, { id: userId });
    user.passwordHash = null;
    user.emailVerifiedAt = null;
    // Free for somebody to sign up with, and no link is sent to it any more.
    user.email = `${userId.toLowerCase()}@erased.invalid`;
    this.#run(request, connections);
  }

  #run(request: DataRequest, connections: readonly Connection[]): void {
    request.state = 'RUNNING';
    request.connectionIds = connections.map(({ id }) => id);
    request.announceAt = after(this.now(), SETTLE_MS);
  }
}
