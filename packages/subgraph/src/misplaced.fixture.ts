import 'reflect-metadata';
import { Arg, Field, ID, InterfaceType, ObjectType, Query, Resolver } from 'type-graphql';
import { Authenticated, Key, Node, RequiresScopes, Streams } from './index.ts';

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

const WARE_SOLD = { typeName: 'evt.wares.v1.WareSold', field: { wareId: {} } };

@ObjectType('Reading')
class Reading {
  @Field(() => String)
  degrees!: string;
}

/** A subscription to something that has no id. */
@Resolver()
export class NodelessStreamResolver {
  @Query(() => Reading, { nullable: true })
  reading(): null {
    return null;
  }

  @Streams(() => Reading, { on: [WARE_SOLD], id: 'wareId', description: '' })
  readingTaken(): null {
    return null;
  }
}

/** A subscription with an argument that its event knows nothing of. */
@Resolver()
export class StrangeStreamResolver {
  @Query(() => Workspace, { nullable: true })
  other(): null {
    return null;
  }

  @Streams(() => Workspace, { on: [WARE_SOLD], id: 'wareId', description: '' })
  workspaceChanged(@Arg('color', () => String, { nullable: true }) _color: string | null): null {
    return null;
  }
}
