import { Extensions } from 'type-graphql';
import { EXTENSION, type KeyFact } from './metadata.ts';

type Member = PropertyDecorator & MethodDecorator;

/**
 * Makes a type an entity: `@Key('id')`.
 * @param fields the federation field set, such as `id` or `address`.
 * @param options `resolvable: false` for a stub of somebody else's entity.
 */
export function Key(fields: string, options: { readonly resolvable?: boolean } = {}): ClassDecorator {
  const fact: KeyFact = { fields, resolvable: options.resolvable ?? true };
  return Extensions({ [EXTENSION.key(fields)]: fact });
}

/**
 * Names the prefix of a node type's ids: `@NodePrefix('sms')` for `sms_01J…`. The gateway's `node` finds the
 * type by it, and references with another prefix answer null without being loaded.
 */
export function NodePrefix(prefix: string): ClassDecorator {
  if (!/^[a-z]{2,8}$/.test(prefix)) throw new Error(`@NodePrefix('${prefix}'): 2 to 8 lower-case letters`);
  return Extensions({ [EXTENSION.idPrefix]: prefix });
}

/** Lets several subgraphs resolve the type or field. */
export function Shareable(): ClassDecorator & Member {
  return Extensions({ [EXTENSION.shareable]: true });
}

/** Marks a field as owned by another subgraph. */
export function External(): Member {
  return Extensions({ [EXTENSION.external]: true });
}

/** External fields this field needs. Never with arguments: the planner answers those wrongly. */
export function Requires(fields: string): Member {
  if (fields.includes('(')) throw new Error(`@Requires('${fields}'): field arguments are not supported`);
  return Extensions({ [EXTENSION.requires]: fields });
}
