import { connectionOf, DateTime, Key, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, ObjectType } from 'type-graphql';
import type {
  DataRequestKind,
  DataRequestScope,
  DataRequestState,
  DataRequest as Entity,
} from '../domain/data-request.ts';
import { DataRequestKindEnum, DataRequestScopeEnum, DataRequestStateEnum } from './enums.ts';

@Key('id')
@NodePrefix('dsr')
@ObjectType('DataRequest', {
  implements: Node,
  description: "A copy of a person's or a workspace's data that was asked for, or its end.",
})
export class DataRequest extends Node {
  @Field(() => DataRequestKindEnum)
  kind!: DataRequestKind;

  @Field(() => DataRequestScopeEnum)
  scope!: DataRequestScope;

  @Field(() => DataRequestStateEnum)
  state!: DataRequestState;

  @Field(() => DateTime)
  requestedAt!: Date;

  @Field(() => DateTime, {
    description: 'When it is carried out, or was. An erasure can be cancelled until then.',
  })
  dueAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When every service had done its share.' })
  completedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When a copy is thrown away.' })
  expiresAt!: Date | null;

  /** Behind `downloadUrl`. */
  entity!: Entity;
}

export const DataRequestConnection = connectionOf(DataRequest);

export function toDataRequest(entity: Entity): DataRequest {
  const { id, kind, scope, state, requestedAt, dueAt, completedAt, expiresAt } = entity;
  const shown = { id, kind, scope, state, requestedAt, dueAt, completedAt, expiresAt };
  return Object.assign(new DataRequest(), shown, { entity });
}
