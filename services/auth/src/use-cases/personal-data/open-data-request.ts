import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { AppError } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { DataRequestDueSchema, DataRequestOpenedSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { DATA_REQUEST_PER_USER } from '../../domain/attempt-limits.ts';
import { after, type Clock, HOUR_MS } from '../../domain/clock.ts';
import { Connection } from '../../domain/connection.ts';
import {
  DataRequest,
  type DataRequestKind,
  type DataRequestScope,
  REPEAT_MS,
} from '../../domain/data-request.ts';
import { Membership } from '../../domain/membership.ts';
import { refusal } from '../../domain/refusal.ts';
import { User } from '../../domain/user.ts';
import type { Proof, ProveAgain } from '../accounts/prove-again.ts';
import { countAttempt, tooManyAttempts } from '../guards/count-attempt.ts';
import { lockMembers } from '../members/lock-members.ts';
import type { SealSecrets } from '../vault/seal-secrets.ts';
import { factsOf } from './data-request-facts.ts';
import { erasuresOfOwned } from './erasures-of-owned.ts';

/** What is asked for. */
export interface Demand {
  readonly kind: DataRequestKind;
  readonly scope: DataRequestScope;
}

/**
 * Takes a request for a copy of the caller's own data, or of their workspace's, or for its end. Copies are made at
 * once, erasures after a time in which they can be taken back.
 */
export class OpenDataRequest {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly proveAgain: ProveAgain,
    private readonly sealSecrets: SealSecrets,
    private readonly graceHours: number,
    private readonly now: Clock,
  ) {}

  /**
   * @returns the request; the one that is open already, if there is one.
   * @throws AppError FORBIDDEN without a user, and for a workspace for anybody but its owner; REJECTED with
   * `OWNS_WORKSPACE` and as `ProveAgain`; RATE_LIMITED; UNSUPPORTED when the installation has no vault key.
   */
  async execute(
    actor: WorkspaceActor,
    demand: Demand,
    proof: Proof,
    clientIp: string | undefined,
  ): Promise<DataRequest> {
    const userId = requireUserId(actor);
    await this.proveAgain.execute(actor, proof, clientIp);
    const waitMs = await this.unitOfWork.database.transaction(SYSTEM, ({ em }) =>
      countAttempt(em, DATA_REQUEST_PER_USER, userId, this.now()),
    );
    if (waitMs !== undefined) throw tooManyAttempts(waitMs);
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      const { email } = await this.#lock(tx, actor, demand);
      const open = await this.#findOpen(tx, actor, demand);
      if (open) return open;
      return demand.kind === 'EXPORT'
        ? this.#openExport(tx, actor, demand, email)
        : this.#openErasure(tx, actor, demand, email);
    });
  }

  /** One at a time for the same person, and the same workspace. */
  async #lock({ em }: EventTx, actor: WorkspaceActor, { scope }: Demand): Promise<User> {
    const userId = requireUserId(actor);
    const { workspaceId } = actor;
    if (scope === 'WORKSPACE') {
      await lockMembers(em, workspaceId);
      const owner = await em.findOne(Membership, { workspaceId, userId, role: 'OWNER' });
      if (!owner) {
        throw new AppError('FORBIDDEN', 'not the owner', {
          publicMessage: 'Only the owner decides about the data of a workspace.',
        });
      }
    }
    await em.execute('select 1 from users where id = ? for no key update', [userId]);
    return em.findOneOrFail(User, { id: userId });
  }

  #findOpen({ em }: EventTx, actor: WorkspaceActor, { kind, scope }: Demand): Promise<DataRequest | null> {
    const subject =
      scope === 'USER' ? { userId: requireUserId(actor) } : { userId: null, workspaceId: actor.workspaceId };
    return em.findOne(DataRequest, { kind, ...subject, state: { $in: ['SCHEDULED', 'RUNNING'] } });
  }

  async #openExport(tx: EventTx, actor: WorkspaceActor, demand: Demand, email: string): Promise<DataRequest> {
    const { em, record } = tx;
    const now = this.now();
    const request = this.#create(tx, actor, demand, email, now);
    await this.sealSecrets.makeKey(em, request.id, now);
    const { workspaceId, userId } = request;
    const owned = await em.find(Connection, userId === null ? { workspaceId } : { userId });
    request.connectionIds = owned.map(({ id }) => id);
    request.state = 'RUNNING';
    request.announceAt = after(now, REPEAT_MS);
    record(DataRequestDueSchema, factsOf(request), { workspaceId });
    return request;
  }

  async #openErasure(
    tx: EventTx,
    actor: WorkspaceActor,
    demand: Demand,
    email: string,
  ): Promise<DataRequest> {
    const begin = after(this.now(), this.graceHours * HOUR_MS);
    if (demand.scope === 'WORKSPACE') return this.#create(tx, actor, demand, email, begin);
    const erasures = await erasuresOfOwned(tx.em, requireUserId(actor));
    if (erasures.includes(undefined)) {
      throw refusal('OWNS_WORKSPACE', 'You own a workspace. Give it to another member or erase it first.');
    }
    // Not before the workspaces, which need their owner until then.
    const dueAt = new Date(
      Math.max(begin.getTime(), ...erasures.map((erasure) => erasure?.dueAt.getTime() ?? 0)),
    );
    return this.#create(tx, actor, demand, email, dueAt);
  }

  #create(
    { em, record }: EventTx,
    actor: WorkspaceActor,
    { kind, scope }: Demand,
    email: string,
    dueAt: Date,
  ): DataRequest {
    const requestedByUserId = requireUserId(actor);
    const { workspaceId } = actor;
    const isOfPerson = scope === 'USER';
    const request = em.create(DataRequest, {
      id: newId('dsr'),
      kind,
      scope,
      workspaceId,
      userId: isOfPerson ? requestedByUserId : null,
      requestedByUserId,
      email: isOfPerson ? email : null,
      connectionIds: [],
      state: 'SCHEDULED',
      requestedAt: this.now(),
      dueAt,
      announceAt: null,
      completedAt: null,
      expiresAt: null,
    });
    record(
      DataRequestOpenedSchema,
      { ...factsOf(request), requestedByUserId, dueAt: timestampFromDate(dueAt) },
      { workspaceId },
    );
    return request;
  }
}
