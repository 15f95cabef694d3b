import { connectionOf, DateTime, Key, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, ObjectType } from 'type-graphql';
import type { Membership as MembershipEntity } from '../domain/membership.ts';
import type { Role } from '../domain/role.ts';
import type { Workspace as WorkspaceEntity } from '../domain/workspace.ts';
import { RoleEnum } from './enums.ts';

@Key('id')
@NodePrefix('wsp')
@ObjectType('Workspace', { implements: Node, description: "A customer's room: everything belongs to one." })
export class Workspace extends Node {
  @Field(() => String)
  name!: string;

  @Field(() => DateTime)
  createdAt!: Date;
}

@Key('id')
@NodePrefix('mbr')
@ObjectType('Membership', { implements: Node, description: "A user's place in a workspace." })
export class Membership extends Node {
  @Field(() => RoleEnum)
  role!: Role;

  @Field(() => DateTime)
  createdAt!: Date;

  /** Behind `user`. */
  userId!: string;
}

export const MembershipConnection = connectionOf(Membership);

export function toWorkspace({ id, name, createdAt }: WorkspaceEntity): Workspace {
  return Object.assign(new Workspace(), { id, name, createdAt });
}

export function toMembership({ id, role, createdAt, userId }: MembershipEntity): Membership {
  return Object.assign(new Membership(), { id, role, createdAt, userId });
}
