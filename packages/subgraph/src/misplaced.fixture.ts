import 'reflect-metadata';
import { Field, ID, InterfaceType, ObjectType, Query, Resolver } from 'type-graphql';
import { Authenticated, Key, Node, RequiresScopes } from './index.ts';

/** A rule on a type, which the decorator's own type forbids. */
@(RequiresScopes('a') as unknown as ClassDecorator)
@ObjectType('Locked')
class Locked {
  @Field(() => ID)
  id!: string;
}

@Resolver()
export class LockedResolver {
  @Query(() => Locked, { nullable: true })
  locked(): Locked | null {
    return null;
  }
}

/** A rule on a field that an interface has. */
@InterfaceType('Priced')
abstract class Priced {
  @Authenticated()
  @Field(() => String)
  price!: string;
}

@ObjectType('Ware', { implements: Priced })
class Ware extends Priced {}

@Resolver()
export class WareResolver {
  @Query(() => Ware, { nullable: true })
  ware(): Ware | null {
    return null;
  }
}

/** A stub of somebody else's entity. */
@Key('id', { resolvable: false })
@ObjectType('Workspace', { implements: Node })
class Workspace extends Node {}

@Resolver()
export class WorkspaceResolver {
  @Query(() => Workspace, { nullable: true })
  mine(): Workspace | null {
    return null;
  }
}
