import { connectionOf, DateTime, Key, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, ObjectType } from 'type-graphql';
import type { ApiKey as ApiKeyEntity } from '../domain/api-key.ts';
import { apiKeyPrefix } from '../domain/api-key-secret.ts';
import { ApiKeyModeEnum } from './enums.ts';

@Key('id')
@NodePrefix('key')
@ObjectType('ApiKey', {
  implements: Node,
  description: "A partner's key. The key itself is shown once only.",
})
export class ApiKey extends Node {
  @Field(() => String)
  name!: string;

  @Field(() => ApiKeyModeEnum)
  mode!: keyof typeof ApiKeyModeEnum;

  @Field(() => [String])
  scopes!: readonly string[];

  /** Behind `agent`. */
  agentId!: string | null;

  @Field(() => String, { description: 'How the key begins.' })
  prefix!: string;

  @Field(() => String, { description: 'How the key ends.' })
  lastFour!: string;

  @Field(() => [String], { description: 'Where it may be used from; empty: anywhere.' })
  allowedAddresses!: readonly string[];

  @Field(() => Boolean, {
    description: 'Whether it may run nothing but the operations registered with the installation.',
  })
  registeredOperationsOnly!: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the secret before a rotation still works.',
  })
  previousUntil!: Date | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Null for a key that never ends by itself.' })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  revokedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'To within five minutes.' })
  lastUsedAt!: Date | null;
}

export const ApiKeyConnection = connectionOf(ApiKey);

export function toApiKey(entity: ApiKeyEntity): ApiKey {
  const { id, name, mode, scopes, agentId, lastFour, allowedAddresses } = entity;
  const { registeredOperationsOnly, previousUntil, createdAt, expiresAt, revokedAt, lastUsedAt } = entity;
  return Object.assign(new ApiKey(), {
    id,
    name,
    mode: mode === 'test' ? ('TEST' as const) : ('LIVE' as const),
    scopes,
    agentId,
    prefix: apiKeyPrefix(id, mode),
    lastFour,
    allowedAddresses,
    registeredOperationsOnly,
    previousUntil,
    createdAt,
    expiresAt,
    revokedAt,
    lastUsedAt,
  });
}
