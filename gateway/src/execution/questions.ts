import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type DocumentNode, parse, print, visit } from 'graphql';

/**
 * A fetch's subgraph, words and keys, without the number that the planner gives each fetch: the same for fetches that
 * ask the same, in whatever order.
 */
export function questionOf(fetch: FetchNode): string {
  const words = print(inOrder(documentOf(fetch)));
  return `${fetch.serviceName} ${words} ${JSON.stringify(keysInOrder(fetch.requires ?? []))}`;
}

export function documentOf({ operation, operationDocumentNode }: FetchNode): DocumentNode {
  return operationDocumentNode ?? parse(operation, { noLocation: true });
}

function inOrder(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: { leave: (set) => ({ ...set, selections: sortedBy(set.selections, print) }) },
    OperationDefinition: {
      leave: ({ name: _number, ...operation }) => ({
        ...operation,
        variableDefinitions: sortedBy(operation.variableDefinitions ?? [], print),
      }),
    },
  });
}

function keysInOrder(selections: readonly QueryPlanSelectionNode[]): QueryPlanSelectionNode[] {
  const inside = selections.map((selection) =>
    selection.selections ? { ...selection, selections: keysInOrder(selection.selections) } : selection,
  );
  return sortedBy(inside as QueryPlanSelectionNode[], (selection) => JSON.stringify(selection));
}

function sortedBy<T>(elements: readonly T[], textOf: (element: T) => string): T[] {
  return elements.toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
}
