import 'reflect-metadata';
import { Field, ObjectType } from 'type-graphql';
import { Shareable } from '../decorators/federation.ts';

@Shareable()
@ObjectType('PageInfo', { description: 'Where a page of a list stands.' })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => Boolean)
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}
