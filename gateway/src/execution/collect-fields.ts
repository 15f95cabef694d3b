import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { both, type Condition, conditionOf, either } from './selection-conditions.ts';

/** A selection set, and when it takes part. One field may have several: each time it is selected adds one. */
export interface SelectedPart {
  readonly selectionSet: SelectionSetNode;
  readonly condition: Condition;
}

/** A field as it stands in the answer: everything selected under one response name. */
export interface CollectedField {
  readonly key: string;
  readonly name: string;
  condition: Condition;
  readonly parts: SelectedPart[];
}

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
}

/**
 * The fields of an object of the given type, in the order of the operation.
 * @param type the object's own type; the declared abstract one where a subgraph did not say.
 */
export function collectFields(
  parts: readonly SelectedPart[],
  type: GraphQLCompositeType,
  schema: GraphQLSchema,
  fragments: Fragments,
): CollectedField[] {
  const fields = new Map<string, CollectedField>();
  const add = (node: FieldNode, condition: Condition): void => {
    const key = node.alias?.value ?? node.name.value;
    let field = fields.get(key);
    if (field) field.condition = either(field.condition, condition);
    else {
      field = { key, name: node.name.value, condition, parts: [] };
      fields.set(key, field);
    }
    if (node.selectionSet) field.parts.push({ selectionSet: node.selectionSet, condition });
  };
  const walk = (selectionSet: SelectionSetNode, outer: Condition): void => {
    for (const selection of selectionSet.selections) {
      const condition = both(outer, conditionOf(selection.directives));
      if (selection.kind === Kind.FIELD) {
        add(selection, condition);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (fragment && applies(fragment.typeCondition?.name.value, type, schema)) {
        walk(fragment.selectionSet, condition);
      }
    }
  };
  for (const part of parts) walk(part.selectionSet, part.condition);
  return [...fields.values()];
}

function applies(typeName: string | undefined, type: GraphQLCompositeType, schema: GraphQLSchema): boolean {
  if (typeName === undefined || typeName === type.name) return true;
  const demanded = schema.getType(typeName);
  return (
    isCompositeType(demanded) &&
    isAbstractType(demanded) &&
    'getInterfaces' in type &&
    schema.isSubType(demanded, type)
  );
}
