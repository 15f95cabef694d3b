import { connectionOf, DateTime, Key, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ReadableExecution } from '../use-cases/find-tool-executions.ts';

export const ToolExecutionStatus = { PENDING: 'PENDING', SUCCESS: 'SUCCESS', FAILED: 'FAILED' } as const;
export type ToolExecutionStatus = keyof typeof ToolExecutionStatus;

registerEnumType(ToolExecutionStatus, {
  name: 'ToolExecutionStatus',
  description: 'How a call of a tool stands.',
  valuesConfig: {
    PENDING: { description: 'It began. Where it stays so, nobody learned whether it ran.' },
    FAILED: { description: 'There was an error, or a refusal.' },
  },
});

/** Agents are auth's. */
@Key('id', { resolvable: false })
@ObjectType('Agent', { implements: Node })
export class Agent extends Node {}

@Key('id')
@NodePrefix('tex')
@ObjectType('ToolExecution', { implements: Node, description: 'One call of a tool.' })
export class ToolExecution extends Node {
  @Field(() => Agent, { nullable: true, description: 'Null for a call that no agent made.' })
  agent!: Agent | null;

  @Field(() => ID, { nullable: true })
  agentId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The signed-in user; null for a key.' })
  userId!: string | null;

  @Field(() => ID, { nullable: true })
  apiKeyId!: string | null;

  @Field(() => String, { description: 'The query or mutation, such as `smsSend`.' })
  toolName!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its arguments as JSON; null once whoever called was erased.',
  })
  input!: string | null;

  @Field(() => Boolean, { description: 'Whether the end of `input` is missing: 64 KiB are kept.' })
  isInputCut!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'What was answered, as JSON; null while nothing was, and once whoever called was erased.',
  })
  output!: string | null;

  @Field(() => Boolean, { description: 'Whether the end of `output` is missing: 64 KiB are kept.' })
  isOutputCut!: boolean;

  @Field(() => ToolExecutionStatus)
  status!: ToolExecutionStatus;

  @Field(() => String, { nullable: true, description: 'The first error or refusal.' })
  errorMessage!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long the operation took that called it, in milliseconds; null while it runs.',
  })
  executionTimeMs!: number | null;

  @Field(() => ID, { description: 'The request that called it, which is the `correlationId` in the trail.' })
  requestId!: string;

  @Field(() => Boolean, { description: 'Whether it was called in test mode.' })
  sandbox!: boolean;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  finishedAt!: Date | null;
}

export const ToolExecutionConnection = connectionOf(ToolExecution);

export function toToolExecution({ execution, input, result }: ReadableExecution): ToolExecution {
  const { id, agentId, userId, apiKeyId, tool, status, requestId, sandbox } = execution;
  const { inputCut, outputCut, durationMs, createdAt, finishedAt } = execution;
  return Object.assign(new ToolExecution(), {
    id,
    agent: agentId === null ? null : toAgent(agentId),
    agentId,
    userId,
    apiKeyId,
    toolName: tool,
    input,
    isInputCut: inputCut,
    output: result?.output ?? null,
    isOutputCut: outputCut,
    status,
    errorMessage: result?.errorMessage ?? null,
    executionTimeMs: durationMs,
    requestId,
    sandbox,
    createdAt,
    finishedAt,
  });
}

export function toAgent(id: string): Agent {
  return Object.assign(new Agent(), { id });
}
