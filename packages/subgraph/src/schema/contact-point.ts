import 'reflect-metadata';
import { Field, ObjectType } from 'type-graphql';
import { Key } from '../decorators/federation.ts';
import { byKey } from './references.ts';

/** An e-mail address or phone number that people are known by. The gateway owns it; services add what they know. */
@Key('address')
@ObjectType('ContactPoint')
export class ContactPoint {
  @Field(() => String)
  address!: string;
}

/** For `references`. Every address exists; whether anything is known of it, the fields say. */
export const contactPointReference = {
  ContactPoint: byKey('address', async (addresses) => addresses.map((address) => ({ address }))),
};
