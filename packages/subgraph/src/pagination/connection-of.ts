import 'reflect-metadata';
import { type ClassType, Field, getMetadataStorage, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../types/page-info.ts';
import type { Connection } from './to-connection.ts';

const made = new WeakMap<object, ClassType>();

/**
 * The Relay connection class of a node class: `SmsConnection { edges { cursor node } nodes pageInfo totalCount }`.
 * Asking twice gives the same class. The node class must be decorated already.
 */
export function connectionOf<T extends object>(node: ClassType<T>): ClassType<Connection<T>> {
  const known = made.get(node);
  if (known) return known as ClassType<Connection<T>>;
  const name = getMetadataStorage().objectTypes.find(({ target }) => target === node)?.name;
  if (!name) throw new Error(`connectionOf(${node.name}): the class has no @ObjectType()`);

  @ObjectType(`${name}Edge`)
  class EdgeOfNode {
    @Field(() => String)
    cursor!: string;

    @Field(() => node)
    node!: T;
  }

  @ObjectType(`${name}Connection`)
  class ConnectionOfNode {
    @Field(() => [EdgeOfNode])
    edges!: readonly EdgeOfNode[];

    @Field(() => [node], { description: 'The nodes of the edges, for those who need no cursors.' })
    nodes!: readonly T[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;

    @Field(() => Int, { nullable: true, description: 'All matches, when counting them is cheap.' })
    totalCount!: number | null;
  }

  made.set(node, ConnectionOfNode);
  return ConnectionOfNode;
}
