import { notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { SYSTEM } from '@switchboard/storage';
import { WORKSPACE_PER_USER } from '../../domain/attempt-limits.ts';
import type { Clock } from '../../domain/clock.ts';
import { requireName } from '../../domain/name-rule.ts';
import { User } from '../../domain/user.ts';
import type { Workspace } from '../../domain/workspace.ts';
import { openWorkspace } from '../accounts/open-account.ts';
import { countAttempt, tooManyAttempts } from '../guards/count-attempt.ts';

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
      return retryAfterMs === undefined ? openWorkspace(tx, userId, name, this.now()) : { retryAfterMs };
    });
    if ('retryAfterMs' in result) throw tooManyAttempts(result.retryAfterMs);
    return result;
  }
}
