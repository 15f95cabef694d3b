import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { AccessRules } from './access-rules.ts';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The object types a selection on `parent` may meet. */
export function objectTypesOf(schema: GraphQLSchema, parent: GraphQLCompositeType): readonly string[] {
  return isAbstractType(parent) ? schema.getPossibleTypes(parent).map(({ name }) => name) : [parent.name];
}

/** The type of a field, without lists; undefined for what the schema does not have, such as introspection. */
export function typeOfField(parent: GraphQLCompositeType, field: FieldNode): GraphQLOutputType | undefined {
  return 'getFields' in parent ? parent.getFields()[field.name.value]?.type : undefined;
}

/** The composite type a fragment looks at. */
export function conditionOf(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  typeName: string | undefined,
): GraphQLCompositeType {
  const type = typeName === undefined ? parent : schema.getType(typeName);
  return isCompositeType(type) ? type : parent;
}

/**
 * Every coordinate with a rule that a validated operation could reach, looking through fragments and abstract types.
 */
export function guardedFields(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  rules: AccessRules,
): ReadonlySet<string> {
  const found = new Set<string>();
  const visited = new Set<string>();
  const walk = (selections: SelectionSetNode, parent: GraphQLCompositeType): void => {
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) {
        for (const type of objectTypesOf(schema, parent)) {
          const coordinate = `${type}.${selection.name.value}`;
          if (rules.has(coordinate)) found.add(coordinate);
        }
        const type = typeOfField(parent, selection);
        const named = type && getNamedType(type);
        if (selection.selectionSet && isCompositeType(named)) walk(selection.selectionSet, named);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, conditionOf(schema, parent, selection.typeCondition?.name.value));
      } else {
        const fragment = fragments.get(selection.name.value);
        if (!fragment || visited.has(selection.name.value)) continue;
        visited.add(selection.name.value);
        walk(fragment.selectionSet, conditionOf(schema, parent, fragment.typeCondition.name.value));
      }
    }
  };
  const root = schema.getRootType(operation.operation);
  if (root) walk(operation.selectionSet, root);
  return found;
}
