import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan, SYSTEM } from '@switchboard/storage';
import { Workspace } from '../../domain/workspace.ts';
import type { SuperAdmins } from '../members/super-admins.ts';

/** A workspace as the platform sees it: that it is there, and nothing of what is in it. */
export interface WorkspaceSummary {
  readonly workspace: Workspace;
  readonly memberCount: number;
}

/** Reads every workspace of the installation; for the platform's administrators. */
export class ListAllWorkspaces {
  constructor(
    private readonly database: Database,
    private readonly superAdmins: SuperAdmins,
  ) {}

  /** @throws AppError FORBIDDEN */
  async execute(actor: WorkspaceActor, plan: PagePlan): Promise<WorkspaceSummary[]> {
    await this.superAdmins.require(actor);
    return this.summarise(await this.database.read(SYSTEM, (em) => findPage(em, Workspace, {}, plan)));
  }

  /** @param workspaces at most a page of them. */
  async summarise(workspaces: readonly Workspace[]): Promise<WorkspaceSummary[]> {
    if (workspaces.length === 0) return [];
    const ids = workspaces.map((workspace) => workspace.id);
    const rows = await this.database.read(SYSTEM, (em) =>
      em.execute<{ workspace_id: string; members: number }[]>(
        `select workspace_id, count(*)::int as members from memberships
           where workspace_id in (${ids.map(() => '?').join(', ')}) group by workspace_id`,
        ids,
      ),
    );
    const counts = new Map(rows.map((row) => [row.workspace_id, row.members]));
    return workspaces.map((workspace) => ({ workspace, memberCount: counts.get(workspace.id) ?? 0 }));
  }
}
