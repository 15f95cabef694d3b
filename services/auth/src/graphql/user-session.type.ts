import { connectionOf, DateTime, Key, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, ObjectType } from 'type-graphql';
import type { Session } from '../domain/session.ts';

@Key('id')
@NodePrefix('ses')
@ObjectType('UserSession', {
  implements: Node,
  description: 'A place where you are signed in. Seen by you alone.',
})
export class UserSession extends Node {
  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, {
    description: 'When it last got new tokens, which happens every 15 minutes of use.',
  })
  lastUsedAt!: Date;

  @Field(() => DateTime, { description: 'When it ends unless it is used before.' })
  expiresAt!: Date;

  @Field(() => Boolean, { description: 'Whether it is the session of this request.' })
  current!: boolean;

  /** Behind `workspace`. */
  workspaceId!: string;
}

export const UserSessionConnection = connectionOf(UserSession);

/** @param currentId the session in hand. */
export function toUserSession(entity: Session, currentId: string | undefined): UserSession {
  const { id, createdAt, rotatedAt: lastUsedAt, expiresAt, workspaceId } = entity;
  const fields = { id, createdAt, lastUsedAt, expiresAt, workspaceId, current: id === currentId };
  return Object.assign(new UserSession(), fields);
}
