import { notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { SYSTEM } from '@switchboard/storage';
import { Membership } from '../domain/membership.ts';
import { User } from '../domain/user.ts';
import type { LetIn } from './let-in.ts';
import type { SignedIn } from './sign-up.ts';

/** Opens a session in another workspace of the caller. The one in hand goes on: another tab may be using it. */
export class SwitchWorkspace {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly letIn: LetIn,
  ) {}

  /** @throws AppError NOT_FOUND for a workspace one does not belong to, FORBIDDEN without a user. */
  async execute(actor: WorkspaceActor, workspaceId: string): Promise<SignedIn> {
    const userId = requireUserId(actor);
    const opened = await this.unitOfWork.run(SYSTEM, async (tx) => {
      if ((await tx.em.count(Membership, { userId, workspaceId })) === 0) throw notFound('Workspace');
      return this.letIn.open(tx, await tx.em.findOneOrFail(User, { id: userId }), workspaceId);
    });
    return this.letIn.grant(opened);
  }
}
