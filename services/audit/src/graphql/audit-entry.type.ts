import { connectionOf, DateTime, Key, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { AuditEntry as AuditEntryEntity } from '../domain/audit-entry.ts';

export const AuditActorKind = {
  USER: 'USER',
  API_KEY: 'API_KEY',
  AGENT: 'AGENT',
  SYSTEM: 'SYSTEM',
  ANONYMOUS: 'ANONYMOUS',
} as const;
export type AuditActorKind = keyof typeof AuditActorKind;

const ACTOR_KINDS: Readonly<Record<string, AuditActorKind>> = {
  user: 'USER',
  apiKey: 'API_KEY',
  agent: 'AGENT',
  anonymous: 'ANONYMOUS',
};

registerEnumType(AuditActorKind, {
  name: 'AuditActorKind',
  description: 'What kind of actor did something.',
  valuesConfig: {
    SYSTEM: { description: 'Nobody in particular: a vendor’s callback, or work on a timer.' },
    ANONYMOUS: { description: 'Somebody who had not signed in.' },
  },
});

@ObjectType('AuditActor', { description: 'Who did something.' })
export class AuditActor {
  @Field(() => AuditActorKind)
  kind!: AuditActorKind;

  @Field(() => ID, { nullable: true })
  userId!: string | null;

  @Field(() => ID, { nullable: true })
  apiKeyId!: string | null;

  @Field(() => ID, { nullable: true })
  agentId!: string | null;
}

@ObjectType('AuditRootOperation', { description: 'The API operation that everything goes back to.' })
export class AuditRootOperation {
  @Field(() => ID)
  requestId!: string;

  @Field(() => String, { nullable: true, description: 'Such as `smsSend`.' })
  operation!: string | null;
}

@Key('id')
@NodePrefix('aud')
@ObjectType('AuditEntry', { implements: Node, description: 'One fact, as it was recorded. Never changes.' })
export class AuditEntry extends Node {
  @Field(() => Int, { description: 'Its place in the workspace’s chain, from 1.' })
  sequence!: number;

  @Field(() => String, { description: 'Full name of the event, such as `evt.mail.v1.MailSent`.' })
  type!: string;

  @Field(() => String, { description: 'The service that stated it.' })
  service!: string;

  @Field(() => ID, { description: 'The event.' })
  eventId!: string;

  @Field(() => DateTime)
  occurredAt!: Date;

  @Field(() => DateTime)
  recordedAt!: Date;

  @Field(() => AuditActor)
  actor!: AuditActor;

  @Field(() => String, { nullable: true, description: 'The API operation at the root, such as `smsSend`.' })
  operation!: string | null;

  @Field(() => ID, { description: 'The request at the root of everything that belongs together.' })
  correlationId!: string;

  @Field(() => ID, { description: 'The direct cause: an event, or the request.' })
  causationId!: string;

  @Field(() => [ID], { description: 'The ids that the event names.' })
  subjects!: readonly string[];

  @Field(() => String, { description: 'What the event carries, as JSON: ids, states, amounts, times.' })
  data!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it stayed in the vendor sandbox; null when it is about nothing of a vendor.',
  })
  sandbox!: boolean | null;

  @Field(() => String, { description: 'SHA-256 of the entry and its place; links to the entry before.' })
  hash!: string;

  @Field(() => String, { description: 'The hash of the entry before; 64 zeros for the first.' })
  previousHash!: string;

  @Field(() => AuditRootOperation)
  rootOperation!: AuditRootOperation;
}

export const AuditEntryConnection = connectionOf(AuditEntry);

export function toActorKind(kind: string): AuditActorKind {
  return ACTOR_KINDS[kind] ?? 'SYSTEM';
}

export function toAuditEntry(entity: AuditEntryEntity): AuditEntry {
  const { id, type, service, eventId, occurredAt, recordedAt, operation, correlationId } = entity;
  const { causationId, subjects, data, sandbox, hash, previousHash } = entity;
  const { actorKind, actorUserId: userId, actorApiKeyId: apiKeyId, actorAgentId: agentId } = entity;
  return Object.assign(new AuditEntry(), {
    id,
    sequence: Number(entity.sequence),
    type,
    service,
    eventId,
    occurredAt,
    recordedAt,
    actor: { kind: toActorKind(actorKind), userId, apiKeyId, agentId },
    operation,
    correlationId,
    causationId,
    subjects,
    data,
    sandbox,
    hash,
    previousHash,
    rootOperation: { requestId: correlationId, operation },
  });
}
