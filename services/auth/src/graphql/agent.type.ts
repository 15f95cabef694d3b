import { connectionOf, DateTime, Key, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, ObjectType } from 'type-graphql';
import type { Agent as AgentEntity } from '../domain/agent.ts';

@Key('id')
@NodePrefix('agt')
@ObjectType('Agent', { implements: Node, description: 'An automation that acts for the workspace.' })
export class Agent extends Node {
  @Field(() => String)
  name!: string;

  @Field(() => [String], { description: 'The most that any of its keys may do.' })
  scopes!: readonly string[];

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Null while it may act.' })
  endedAt!: Date | null;
}

export const AgentConnection = connectionOf(Agent);

export function toAgent({ id, name, scopes, createdAt, endedAt }: AgentEntity): Agent {
  return Object.assign(new Agent(), { id, name, scopes, createdAt, endedAt });
}
