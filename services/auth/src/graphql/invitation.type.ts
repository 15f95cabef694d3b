import { connectionOf, DateTime, EmailAddress, Key, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, ObjectType } from 'type-graphql';
import {
  type Invitation as InvitationEntity,
  type InvitationStatus,
  invitationStatus,
} from '../domain/invitation.ts';
import type { Role } from '../domain/role.ts';
import { InvitationStatusEnum, RoleEnum } from './enums.ts';

@Key('id')
@NodePrefix('inv')
@ObjectType('Invitation', { implements: Node, description: 'An offer to join the workspace.' })
export class Invitation extends Node {
  @Field(() => EmailAddress)
  email!: string;

  @Field(() => String, { nullable: true })
  firstName!: string | null;

  @Field(() => RoleEnum)
  role!: Role;

  @Field(() => InvitationStatusEnum)
  status!: InvitationStatus;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  expiresAt!: Date;

  /** Behind `invitedBy`. */
  invitedByUserId!: string | null;
}

export const InvitationConnection = connectionOf(Invitation);

export function toInvitation(entity: InvitationEntity, now: Date): Invitation {
  const { id, email, firstName, role, createdAt, expiresAt, invitedByUserId } = entity;
  const status = invitationStatus(entity, now);
  return Object.assign(new Invitation(), {
    id,
    email,
    firstName,
    role,
    status,
    createdAt,
    expiresAt,
    invitedByUserId,
  });
}
