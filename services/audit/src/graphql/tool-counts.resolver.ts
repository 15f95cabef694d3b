import { requireWorkspaceActor } from '@switchboard/identity';
import { Cost, RequiresScopes, type SubgraphContext } from '@switchboard/subgraph';
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { CountToolExecutions } from '../use-cases/count-tool-executions.ts';
import { AgentToolStats, ToolExecutionSummary } from './tool-counts.type.ts';
import { toAgent } from './tool-execution.type.ts';

@Resolver()
export class ToolCountsResolver {
  constructor(private readonly count: CountToolExecutions) {}

  @RequiresScopes('audit:read')
  @Cost(20)
  @Query(() => AgentToolStats, {
    description: 'What an agent called, in numbers; zeros for one that called nothing.',
  })
  async agentToolStats(
    @Arg('agentId', () => ID) agentId: string,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<AgentToolStats> {
    const counts = await this.count.ofAgent(requireWorkspaceActor(actor), agentId);
    return { ...counts, agent: toAgent(agentId) };
  }

  @RequiresScopes('audit:read')
  @Cost(20)
  @Query(() => ToolExecutionSummary)
  toolExecutionSummary(@Ctx() { actor }: SubgraphContext): Promise<ToolExecutionSummary> {
    return this.count.ofWorkspace(requireWorkspaceActor(actor));
  }
}
