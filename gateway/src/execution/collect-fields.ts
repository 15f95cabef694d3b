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
import { both, type Condition, conditionOf } from './selection-conditions.ts';

/** A selection set, and when it takes part. One field may have several: each time it is selected adds one. */
export interface SelectedPart {
  readonly selectionSet: SelectionSetNode;
  readonly condition: Condition;
}

/** A field as it stands in the answer: everything selected under one response name. */
export interface CollectedField {
  readonly key: string;
  readonly name: string;
  readonly parts: SelectedPart[];
}

/** Where a field is selected. The first one that takes part gives the field its place among the others. */
export interface Occurrence {
  readonly field: CollectedField;
  readonly condition: Condition;
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
 * The fields of an object of the given type, in the order of the operation; one that is selected under conditions may
 * occur again.
 * @param type the object's own type; the declared abstract one where a subgraph did not say.
 */
export function collectFields(
  parts: readonly SelectedPart[],
  type: GraphQLCompositeType,
  schema: GraphQLSchema,
  fragments: Fragments,
): Occurrence[] {
  const fields = new Map<string, CollectedField>();
  const occurrences: Occurrence[] = [];
  const settled = new Set<CollectedField>();
  const add = (node: FieldNode, condition: Condition): void => {
    const key = node.alias?.value ?? node.name.value;
    const field = fields.get(key) ?? { key, name: node.name.value, parts: [] };
    fields.set(key, field);
    if (node.selectionSet) field.parts.push({ selectionSet: node.selectionSet, condition });
    if (settled.has(field)) return;
    occurrences.push({ field, condition });
    if (!condition) settled.add(field);
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
  return occurrences;
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
