import {
  type GraphQLOutputType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** Payload, resource, and what the resource is made of; or connection, node, and what that is made of. */
const DEPTH_MAX = 3;
/** A connection says the same thing twice. */
const LEFT_OUT = new Set(['edges']);

/**
 * What a tool's answer holds, with its braces: everything that the caller may have and that needs no arguments, some levels
 * deep. Empty for a type that has no fields.
 * @param isOpen whether the caller may have a field, by its coordinate such as `Sms.price`.
 */
export function selectionOf(
  type: GraphQLOutputType,
  isOpen: (coordinate: string) => boolean,
  depth = DEPTH_MAX,
): string {
  const named = getNamedType(type);
  if (!isObjectType(named) && !isInterfaceType(named)) return isCompositeType(named) ? '{ __typename }' : '';
  const fields = Object.values(named.getFields()).flatMap((field) => {
    const demands = field.args.some(
      ({ type: given, defaultValue }) => isNonNullType(given) && defaultValue === undefined,
    );
    if (demands || LEFT_OUT.has(field.name) || !isOpen(`${named.name}.${field.name}`)) return [];
    if (isLeafType(getNamedType(field.type))) return [field.name];
    if (depth === 1) return [];
    const inner = selectionOf(field.type, isOpen, depth - 1);
    return inner === '' ? [] : [`${field.name} ${inner}`];
  });
  return fields.length === 0 ? '' : `{ ${fields.join(' ')} }`;
}
