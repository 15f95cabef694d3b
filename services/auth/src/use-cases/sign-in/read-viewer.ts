import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { Agent } from '../../domain/agent.ts';
import type { SignInProviderName } from '../../domain/identity.ts';
import type { User } from '../../domain/user.ts';
import type { Workspace } from '../../domain/workspace.ts';
import type { ListAgents } from '../access/list-agents.ts';
import type { FactorStatus, ManageFactors } from '../factors/manage-factors.ts';
import type { ListMembers } from '../members/list-members.ts';

export interface Viewer {
  /** Null for an API key. */
  readonly user: User | null;
  readonly workspace: Workspace;
  readonly role: string | null;
  readonly scopes: readonly string[];
  /** Null for an API key. */
  readonly secondFactor: FactorStatus | null;
  readonly signsInWith: readonly SignInProviderName[];
  /** Set when the caller's key is an agent's. */
  readonly agent: Agent | null;
}

/** Reads who the caller is. */
export class ReadViewer {
  constructor(
    private readonly listMembers: ListMembers,
    private readonly listAgents: ListAgents,
    private readonly manageFactors: ManageFactors,
  ) {}

  /** @throws AppError UNAUTHENTICATED when the workspace is gone. */
  async execute(actor: WorkspaceActor): Promise<Viewer> {
    const [workspace] = await this.listMembers.workspacesByIds(actor, [actor.workspaceId]);
    if (!workspace) throw new AppError('UNAUTHENTICATED', `no workspace ${actor.workspaceId}`);
    const [user] = actor.userId ? await this.listMembers.usersByIds(actor, [actor.userId]) : [];
    const [agent] = actor.agentId ? await this.listAgents.byIds(actor, [actor.agentId]) : [];
    return {
      user: user ?? null,
      workspace,
      role: actor.role ?? null,
      scopes: actor.scopes,
      secondFactor: actor.userId ? await this.manageFactors.status(actor.userId) : null,
      signsInWith: actor.userId ? await this.listMembers.signInsOf(actor.userId) : [],
      agent: agent ?? null,
    };
  }
}
