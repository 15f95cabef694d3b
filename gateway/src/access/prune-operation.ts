import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { conditionOf, type Fragments, objectTypesOf, typeOfField } from './guarded-fields.ts';

/** An operation without the fields its caller may not have. */
export interface PrunedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Nothing is left to fetch. */
  readonly isEmpty: boolean;
  /** Response key under which every object of an abstract type tells its type. */
  readonly typenameKey: string;
}

/**
 * Takes the refused fields out of a validated operation. Aliases, arguments and conditions of the others stay as
 * they are; an object none of whose fields is left is still asked for, because whether it is null decides the answer.
 * @param refused coordinates such as `Sms.price`.
 */
export function pruneOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  refused: ReadonlySet<string>,
): PrunedOperation {
  const typenameKey = freeTypenameKey(document);
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`The schema has no ${operation.operation}`);
  const kept = new Set<string>();
  const definitions: DefinitionNode[] = [];
  const selections = prune(operation.selectionSet, root);
  const pruned = { ...operation, selectionSet: orTypename(selections) };
  for (const [name, fragment] of fragments) {
    if (!kept.has(name)) continue;
    const type = conditionOf(schema, root, fragment.typeCondition.name.value);
    // Spread elsewhere it may be the only thing that is left, so it keeps the type's name itself.
    definitions.push({ ...fragment, selectionSet: orTypename(prune(fragment.selectionSet, type)) });
  }
  return {
    document: { kind: Kind.DOCUMENT, definitions: [pruned, ...definitions] },
    operation: pruned,
    isEmpty: selections.selections.length === 0,
    typenameKey,
  };

  function prune(from: SelectionSetNode, parent: GraphQLCompositeType): SelectionSetNode {
    return { ...from, selections: from.selections.flatMap((selection) => pruneOne(selection, parent)) };
  }

  function pruneOne(selection: SelectionNode, parent: GraphQLCompositeType): SelectionNode[] {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return keepSpread(selection.name.value) ? [selection] : [];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const inner = prune(
        selection.selectionSet,
        conditionOf(schema, parent, selection.typeCondition?.name.value),
      );
      return inner.selections.length > 0 ? [{ ...selection, selectionSet: inner }] : [];
    }
    const types = objectTypesOf(schema, parent);
    const allowed = types.filter((type) => !refused.has(`${type}.${selection.name.value}`));
    if (allowed.length === 0) return [];
    const field = pruneField(selection, parent);
    if (allowed.length === types.length) return [field];
    // A field of an interface that some of the types behind it refuse: the others are asked one by one.
    return allowed.map((type) => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
      selectionSet: { kind: Kind.SELECTION_SET, selections: [field] },
    }));
  }

  function pruneField(field: FieldNode, parent: GraphQLCompositeType): FieldNode {
    const type = typeOfField(parent, field);
    const named = type && getNamedType(type);
    if (!field.selectionSet || !isCompositeType(named)) return field;
    const inner = prune(field.selectionSet, named);
    return {
      ...field,
      selectionSet: isAbstractType(named)
        ? { ...inner, selections: [...inner.selections, typename()] }
        : orTypename(inner),
    };
  }

  function keepSpread(name: string): boolean {
    const fragment = fragments.get(name);
    if (!fragment) return false;
    if (!kept.has(name)) {
      kept.add(name);
      // Fragments that only this one spreads are kept along with it.
      prune(
        fragment.selectionSet,
        conditionOf(schema, root as GraphQLCompositeType, fragment.typeCondition.name.value),
      );
    }
    return true;
  }

  function orTypename(selections: SelectionSetNode): SelectionSetNode {
    return selections.selections.length > 0 ? selections : { ...selections, selections: [typename()] };
  }

  function typename(): FieldNode {
    return {
      kind: Kind.FIELD,
      name: { kind: Kind.NAME, value: '__typename' },
      ...(typenameKey !== '__typename' && { alias: { kind: Kind.NAME, value: typenameKey } }),
    };
  }
}

/** `__typename`, unless the client uses that key for something else. */
function freeTypenameKey(document: DocumentNode): string {
  const taken = new Set<string>();
  visit(document, {
    Field({ alias, name }) {
      if (alias && name.value !== '__typename') taken.add(alias.value);
    },
  });
  let key = '__typename';
  while (taken.has(key)) key += '_';
  return key;
}
