import { type DocumentNode, type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql';
import type { SubgraphAnswer, SubgraphError } from './subgraph-answer.ts';

/** More errors than this say nothing new. */
export const PLACES_MAX = 20;

/**
 * Gives errors without a path (the subgraph was not reached, or refused the request as a whole) the places
 * of the fields that are missing for it, so that a client sees which part of its data they concern.
 * @param request the sub-operation. Paths are relative to it; the executor makes them the client's.
 */
export function placeErrors(
  answer: SubgraphAnswer,
  request: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> | undefined },
  document: DocumentNode | undefined,
): SubgraphAnswer {
  if (!answer.errors?.some((error) => error.path === undefined)) return answer;
  const places = placesOf(document ?? parse(request.query), entityCount(request.variables));
  const errors = answer.errors.flatMap((error): SubgraphError[] =>
    error.path ? [error] : places.map((path) => ({ ...error, path })),
  );
  return { ...answer, errors };
}

function placesOf(document: DocumentNode, entities: number): (string | number)[][] {
  const keys = missingKeys(document);
  if (!entityRootOf(document)) return keys.map((key) => [key]).slice(0, PLACES_MAX);
  return Array.from({ length: entities }, (_, index) => index)
    .flatMap((index) => keys.map((key) => ['_entities', index, key]))
    .slice(0, PLACES_MAX);
}

/** The keys a sub-operation asks for: at its root, or of each entity. Types' names are not missed. */
export function missingKeys(document: DocumentNode): readonly string[] {
  const entityRoot = entityRootOf(document);
  const fields = entityRoot ? fieldsOf(entityRoot.selectionSet) : rootFieldsOf(document);
  return [...new Set(fields.filter(({ name }) => name.value !== '__typename').map(keyOf))];
}

function entityRootOf(document: DocumentNode): FieldNode | undefined {
  return rootFieldsOf(document).find(({ name }) => name.value === '_entities');
}

function rootFieldsOf(document: DocumentNode): FieldNode[] {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return operation?.kind === Kind.OPERATION_DEFINITION ? fieldsOf(operation.selectionSet) : [];
}

/** The fields of a selection, looking through inline fragments; the planner names no others. */
function fieldsOf(selections: SelectionSetNode | undefined): FieldNode[] {
  return (selections?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet) : [];
  });
}

function keyOf(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

function entityCount(variables: Readonly<Record<string, unknown>> | undefined): number {
  return Array.isArray(variables?.representations) ? variables.representations.length : 0;
}
