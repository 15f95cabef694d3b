import { notFound } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { WorkspaceUpdatedSchema } from '@switchboard/proto-schemas';
import { requireName } from '../../domain/name-rule.ts';
import { Workspace } from '../../domain/workspace.ts';
import { refuseTestKeys } from '../guards/refuse-test-keys.ts';

/** Renames the caller's workspace. */
export class UpdateWorkspace {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** @throws AppError REJECTED with `NAME_REQUIRED`, FORBIDDEN for a test key. */
  async execute(actor: WorkspaceActor, name: string): Promise<Workspace> {
    refuseTestKeys(actor, 'rename the workspace');
    requireName(name, 'input.name');
    const { workspaceId } = actor;
    return this.unitOfWork.run(actor, async ({ em, record }) => {
      const workspace = await em.findOne(Workspace, { id: workspaceId });
      if (!workspace) throw notFound('Workspace');
      if (workspace.name === name) return workspace;
      workspace.name = name;
      record(WorkspaceUpdatedSchema, { workspaceId });
      return workspace;
    });
  }
}
