import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan } from '@switchboard/storage';
import { Agent } from '../../domain/agent.ts';
import { inOrder } from '../members/list-members.ts';

/** Reads the workspace's agents, ended ones included. */
export class ListAgents {
  constructor(private readonly database: Database) {}

  execute(actor: WorkspaceActor, plan: PagePlan): Promise<Agent[]> {
    return this.database.read(actor, (em) => findPage(em, Agent, {}, plan));
  }

  byIds(actor: WorkspaceActor, agentIds: readonly string[]): Promise<(Agent | undefined)[]> {
    return this.database.read(actor, async (em) =>
      inOrder(agentIds, await em.find(Agent, { id: { $in: [...agentIds] } })),
    );
  }
}
