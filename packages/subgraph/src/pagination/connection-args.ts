import 'reflect-metadata';
import { ArgsType, Field, Int } from 'type-graphql';

/** The arguments every list has. Extend it to add a filter. */
@ArgsType()
export class ConnectionArgs {
  @Field(() => Int, { nullable: true, description: 'How many, from the start: 20 when absent, 100 at most.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Continue after this cursor.' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many, from the end: 100 at most.' })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Continue before this cursor.' })
  before?: string | null;
}
