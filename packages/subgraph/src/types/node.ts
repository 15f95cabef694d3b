import 'reflect-metadata';
import { Field, ID, InterfaceType } from 'type-graphql';

/** Everything that has an id of its own. */
@InterfaceType('Node', { description: 'Anything with an id of its own.', autoRegisterImplementations: false })
export abstract class Node {
  @Field(() => ID, { description: 'Prefix, underscore, ULID, such as `msg_01J…`.' })
  id!: string;
}
