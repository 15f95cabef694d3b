import { AppError } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { WorkspaceUpdatedSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../domain/clock.ts';
import { requireName } from '../domain/name-rule.ts';
import { Workspace } from '../domain/workspace.ts';
import { openWorkspace } from './open-account.ts';

/** Makes further workspaces and renames the one in hand. */
export class SaveWorkspace {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /** A workspace that the caller owns. @throws AppError REJECTED for the name, FORBIDDEN without a user. */
  create(actor: WorkspaceActor, name: string): Promise<Workspace> {
    const userId = requireUserId(actor);
    requireName(name, 'input.name');
    return this.unitOfWork.run(SYSTEM, (tx) => openWorkspace(tx, userId, name, this.now()));
  }

  /** @throws AppError REJECTED for the name. */
  rename(actor: WorkspaceActor, name: string): Promise<Workspace> {
    requireName(name, 'input.name');
    return this.unitOfWork.run(actor, async ({ em, record }) => {
      const { workspaceId } = actor;
      const workspace = await em.findOne(Workspace, { id: workspaceId });
      if (!workspace) throw new AppError('UNAUTHENTICATED', `no workspace ${workspaceId}`);
      workspace.name = name;
      record(WorkspaceUpdatedSchema, { workspaceId });
      return workspace;
    });
  }
}
