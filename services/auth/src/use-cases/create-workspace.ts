import { notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import {
  MembershipCreatedSchema,
  Role as RoleMessage,
  WorkspaceCreatedSchema,
} from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { WORKSPACE_PER_USER } from '../domain/attempt-limits.ts';
import type { Clock } from '../domain/clock.ts';
import { Membership } from '../domain/membership.ts';
import { requireName } from '../domain/name-rule.ts';
import { User } from '../domain/user.ts';
import { Workspace } from '../domain/workspace.ts';
import { countAttempt, tooManyAttempts } from './count-attempt.ts';

/** Makes another workspace, owned by the user who asks for it. */
export class CreateWorkspace {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /** @throws AppError REJECTED with `NAME_REQUIRED`, RATE_LIMITED, FORBIDDEN without a user. */
  async execute(actor: WorkspaceActor, name: string): Promise<Workspace> {
    const userId = requireUserId(actor);
    requireName(name, 'input.name');
    const result = await this.unitOfWork.run(SYSTEM, async (tx) => {
      if ((await tx.em.count(User, { id: userId })) === 0) throw notFound('User');
      const retryAfterMs = await countAttempt(tx.em, WORKSPACE_PER_USER, userId, this.now());
      // The count has to be kept, so the refusal waits for the commit.
      return retryAfterMs === undefined ? this.#create(tx, userId, name) : { retryAfterMs };
    });
    if ('retryAfterMs' in result) throw tooManyAttempts(result.retryAfterMs);
    return result;
  }

  async #create({ em, record }: EventTx, userId: string, name: string): Promise<Workspace> {
    const createdAt = this.now();
    const workspace = em.create(Workspace, {
      id: newId('wsp'),
      name,
      createdAt,
      suspendedAt: null,
      suspendedReason: null,
    });
    // The membership refers to it.
    await em.flush();
    const workspaceId = workspace.id;
    const options = { workspaceId };
    record(WorkspaceCreatedSchema, { workspaceId, ownerUserId: userId }, options);
    const membershipId = newId('mbr');
    em.create(Membership, { id: membershipId, workspaceId, userId, role: 'OWNER', createdAt });
    record(MembershipCreatedSchema, { membershipId, userId, role: RoleMessage.OWNER }, options);
    return workspace;
  }
}
