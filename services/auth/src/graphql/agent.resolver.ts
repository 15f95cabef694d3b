import { requireWorkspaceActor } from '@switchboard/identity';
import {
  type Connection,
  ConnectionArgs,
  planPage,
  RequiresScopes,
  type SubgraphContext,
  Text,
  toConnection,
  UserError,
} from '@switchboard/subgraph';
import { Arg, Args, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Agent as AgentEntity } from '../domain/agent.ts';
import type { ListAgents } from '../use-cases/access/list-agents.ts';
import type { SaveAgent } from '../use-cases/access/save-agent.ts';
import { NAME } from './account.inputs.ts';
import { Agent, AgentConnection, toAgent } from './agent.type.ts';
import { outcomeOf } from './outcome.ts';

@InputType('AgentCreateInput')
export class AgentCreateInput {
  @Text(NAME)
  @Field(() => String)
  name!: string;

  @Field(() => [String], { description: 'Such as `mail:send`; only scopes you have.' })
  scopes!: string[];
}

@InputType('AgentUpdateInput')
export class AgentUpdateInput {
  @Field(() => ID)
  agentId!: string;

  @Text(NAME)
  @Field(() => String, { nullable: true, description: 'As it is when absent.' })
  name?: string | null;

  @Field(() => [String], { nullable: true, description: 'As they are when absent.' })
  scopes?: string[] | null;
}

@InputType('AgentEndInput')
export class AgentEndInput {
  @Field(() => ID)
  agentId!: string;
}

@ObjectType('AgentCreatePayload')
export class AgentCreatePayload {
  @Field(() => Agent, { nullable: true })
  agent!: Agent | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('AgentUpdatePayload')
export class AgentUpdatePayload {
  @Field(() => Agent, { nullable: true })
  agent!: Agent | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('AgentEndPayload')
export class AgentEndPayload {
  @Field(() => Agent, { nullable: true })
  agent!: Agent | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver(() => Agent)
export class AgentResolver {
  constructor(
    private readonly saveAgent: SaveAgent,
    private readonly listAgents: ListAgents,
  ) {}

  @RequiresScopes('workspace:admin')
  @Query(() => AgentConnection, {
    nullable: true,
    description: "The workspace's agents, ended ones included.",
  })
  async agents(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<Agent>> {
    const plan = planPage(args);
    const rows = await this.listAgents.execute(requireWorkspaceActor(actor), plan);
    return toConnection(rows.map(toAgent), plan);
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => AgentCreatePayload, {
    description: 'Makes an agent. It acts by the API keys that are made for it.',
  })
  agentCreate(
    @Arg('input', () => AgentCreateInput) input: AgentCreateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<AgentCreatePayload> {
    return payloadOf(() => this.saveAgent.create(requireWorkspaceActor(actor), input));
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => AgentUpdatePayload, { description: 'Renames an agent or changes what its keys may do.' })
  agentUpdate(
    @Arg('input', () => AgentUpdateInput) { agentId, ...input }: AgentUpdateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<AgentUpdatePayload> {
    return payloadOf(() => this.saveAgent.update(requireWorkspaceActor(actor), agentId, input));
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => AgentEndPayload, { description: 'Ends an agent for good, and its API keys at once.' })
  agentEnd(
    @Arg('input', () => AgentEndInput) { agentId }: AgentEndInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<AgentEndPayload> {
    return payloadOf(() => this.saveAgent.end(requireWorkspaceActor(actor), agentId));
  }
}

async function payloadOf(
  work: () => Promise<AgentEntity>,
): Promise<{ agent: Agent | null; userErrors: readonly UserError[] }> {
  const { resource, userErrors } = await outcomeOf(work);
  return { agent: resource && toAgent(resource), userErrors };
}
