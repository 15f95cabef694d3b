import { DateTime, EmailAddress, Key, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, ObjectType } from 'type-graphql';
import type { User as UserEntity } from '../domain/user.ts';

@Key('id')
@NodePrefix('usr')
@ObjectType('User', { implements: Node, description: 'A person with an account.' })
export class User extends Node {
  @Field(() => String)
  name!: string;

  @Field(() => EmailAddress)
  email!: string;

  @Field(() => Boolean, { description: 'Whether the address was proven to be theirs.' })
  isEmailVerified!: boolean;

  @Field(() => DateTime)
  createdAt!: Date;
}

export function toUser({ id, name, email, emailVerifiedAt, createdAt }: UserEntity): User {
  return Object.assign(new User(), { id, name, email, isEmailVerified: emailVerifiedAt !== null, createdAt });
}
