import { Field, Int, ObjectType } from 'type-graphql';
import { Agent } from './tool-execution.type.ts';

/** What all counts of calls have; not a type of the API by itself. */
@ObjectType()
abstract class ToolCounts {
  @Field(() => Int)
  total!: number;

  @Field(() => Int)
  successful!: number;

  @Field(() => Int)
  failed!: number;

  @Field(() => Int, { description: 'Those of which nobody knows yet, or ever, how they ended.' })
  pending!: number;

  @Field(() => String, {
    description: 'In percent of those that ended, with two places, such as `96.00`; `0.00` where none ended.',
  })
  successRate!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Of those that ended, in milliseconds; null where none did.',
  })
  averageMs!: number | null;
}

@ObjectType('ToolCallCount', { description: 'The calls of one tool in numbers.' })
export class ToolCallCount extends ToolCounts {
  @Field(() => String)
  toolName!: string;
}

@ObjectType('AgentToolStats', { description: 'What an agent called, in numbers.' })
export class AgentToolStats extends ToolCounts {
  @Field(() => Agent, { nullable: true })
  agent!: Agent | null;

  @Field(() => [ToolCallCount], { description: 'Most calls first.' })
  byTool!: readonly ToolCallCount[];
}

@ObjectType('ToolExecutionSummary', { description: 'The calls of tools in the workspace, in numbers.' })
export class ToolExecutionSummary extends ToolCounts {
  @Field(() => Int, { description: 'Agents that called a tool, also those that ended since.' })
  agents!: number;
}
