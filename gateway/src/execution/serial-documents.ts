import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { type Fragments, fragmentsOf } from './collect-fields.ts';

/**
 * The documents to plan and run one after the other, so that a mutation's fields run in the order in which they stand
 * (GraphQL, 6.2.2). The planner keeps the order of fields in a row, but not of fields beside fragments or conditions:
 * fragments are taken apart, and with conditions each field is planned for itself.
 */
export function serialDocuments(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode[] {
  const { selections } = operation.selectionSet;
  if (operation.operation !== 'mutation' || selections.every(isPlain)) return [document];
  const fields = fieldsIn(selections, fragmentsOf(document), []);
  const rows = fields.every(isPlain) ? [fields] : fields.map((field) => [field]);
  return rows.map((row) => ({
    ...document,
    definitions: document.definitions.map((node) =>
      isSame(node, operation) ? withRow(operation, row) : node,
    ),
  }));
}

function isPlain(selection: SelectionNode): boolean {
  return selection.kind === Kind.FIELD && (selection.directives ?? []).length === 0;
}

/** @param conditions of the fragments around. */
function fieldsIn(
  selections: readonly SelectionNode[],
  fragments: Fragments,
  conditions: readonly DirectiveNode[],
): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return [within(conditions, selection)];
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    const all = [...conditions, ...(selection.directives ?? [])];
    return inner ? fieldsIn(inner.selectionSet.selections, fragments, all) : [];
  });
}

/** Each condition around it in a fragment of its own: a field takes one of a kind. */
function within(conditions: readonly DirectiveNode[], field: SelectionNode): SelectionNode {
  return conditions.reduceRight<SelectionNode>(
    (selection, condition) => ({
      kind: Kind.INLINE_FRAGMENT,
      directives: [condition],
      selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
    }),
    field,
  );
}

function withRow(operation: OperationDefinitionNode, selections: readonly SelectionNode[]): DefinitionNode {
  return { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

/** Whoever changed the operation on its way may have left its first form in the document. */
function isSame(node: DefinitionNode, operation: OperationDefinitionNode): boolean {
  return node.kind === Kind.OPERATION_DEFINITION && node.name?.value === operation.name?.value;
}
