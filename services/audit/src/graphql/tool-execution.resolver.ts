import { requireWorkspaceActor } from '@switchboard/identity';
import {
  type Connection,
  ConnectionArgs,
  planPage,
  RequiresScopes,
  type SubgraphContext,
  toConnection,
} from '@switchboard/subgraph';
import { Arg, Args, ArgsType, Ctx, Field, ID, InputType, Query, Resolver } from 'type-graphql';
import type { FindToolExecutions, ToolExecutionFilter } from '../use-cases/find-tool-executions.ts';
import {
  ToolExecution,
  ToolExecutionConnection,
  ToolExecutionStatus,
  toToolExecution,
} from './tool-execution.type.ts';

@InputType('ToolExecutionFilter')
export class ToolExecutionFilterInput {
  @Field(() => ID, { nullable: true })
  agentId?: string | null;

  @Field(() => ID, { nullable: true })
  userId?: string | null;

  @Field(() => String, { nullable: true, description: 'Such as `smsSend`.' })
  toolName?: string | null;

  @Field(() => ToolExecutionStatus, { nullable: true })
  status?: ToolExecutionStatus | null;
}

@ArgsType()
export class ToolExecutionsArgs extends ConnectionArgs {
  @Field(() => ToolExecutionFilterInput, { nullable: true })
  filter?: ToolExecutionFilterInput | null;
}

@ArgsType()
export class AgentAuditLogArgs extends ConnectionArgs {
  @Field(() => ID)
  agentId!: string;
}

/** The calls of tools. */
@Resolver(() => ToolExecution)
export class ToolExecutionResolver {
  constructor(private readonly find: FindToolExecutions) {}

  @RequiresScopes('audit:read')
  @Query(() => ToolExecution, { nullable: true })
  async toolExecution(
    @Arg('id', () => ID) id: string,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<ToolExecution | null> {
    const [found] = await this.find.byIds(requireWorkspaceActor(actor), [id]);
    return found ? toToolExecution(found) : null;
  }

  @RequiresScopes('audit:read')
  @Query(() => ToolExecutionConnection, {
    description: 'The calls of tools in the workspace, newest first: all of agents, and all at `/mcp`.',
  })
  async toolExecutions(
    @Args(() => ToolExecutionsArgs) args: ToolExecutionsArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<ToolExecution>> {
    const { toolName, ...rest } = args.filter ?? {};
    const plan = planPage(args, { filter: args.filter });
    const filter: ToolExecutionFilter = { ...rest, tool: toolName };
    const rows = await this.find.page(requireWorkspaceActor(actor), filter, plan);
    return toConnection(rows.map(toToolExecution), plan);
  }

  @RequiresScopes('audit:read')
  @Query(() => ToolExecutionConnection, {
    description: 'What an agent called, newest first. It stays when the agent ends.',
  })
  async agentAuditLog(
    @Args(() => AgentAuditLogArgs) args: AgentAuditLogArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<ToolExecution>> {
    const filter = { agentId: args.agentId };
    const plan = planPage(args, { filter });
    const rows = await this.find.page(requireWorkspaceActor(actor), filter, plan);
    return toConnection(rows.map(toToolExecution), plan);
  }
}
