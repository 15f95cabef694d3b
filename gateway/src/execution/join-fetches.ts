import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
} from 'graphql';

/** A fetch that asks what another one would have asked about the same entities as well. */
export interface JoinedFetch extends FetchNode {
  /** The other one, for entities that lack what this one requires. */
  readonly spare: FetchNode;
}

export function isJoined(node: FetchNode): node is JoinedFetch {
  return 'spare' in node;
}

/**
 * Joins fetches of one subgraph about the same entities. The planner asks at once for what needs nothing but an entity's
 * key, and once more, when other subgraphs have answered, for what requires their fields (`@requires`). As nothing goes on
 * before both are there, both are asked for in the second one.
 */
export function joinFetches(node: PlanNode): PlanNode;
export function joinFetches(node: PlanNode | SubscriptionNode): PlanNode | SubscriptionNode;
export function joinFetches(node: PlanNode | SubscriptionNode): PlanNode | SubscriptionNode {
  switch (node.kind) {
    case 'Sequence':
      return { ...node, nodes: node.nodes.map((child) => joinFetches(child)) };
    case 'Parallel':
      return { ...node, nodes: joinedAmong(node.nodes.map((child) => joinFetches(child))) };
    case 'Flatten':
      return { ...node, node: joinFetches(node.node) };
    case 'Condition': {
      const { ifClause, elseClause } = node;
      return {
        ...node,
        ...(ifClause && { ifClause: joinFetches(ifClause) }),
        ...(elseClause && { elseClause: joinFetches(elseClause) }),
      };
    }
    default:
      return node;
  }
}

function joinedAmong(nodes: readonly PlanNode[]): PlanNode[] {
  let joined = [...nodes];
  for (const early of nodes) {
    for (const [index, sequence] of joined.entries()) {
      const both = sequence.kind === 'Sequence' && joinedLast(early, sequence.nodes);
      if (!both) continue;
      joined = joined.with(index, { ...sequence, nodes: both }).filter((node) => node !== early);
      break;
    }
  }
  return joined;
}

/** The nodes of a sequence whose last one also asks what `early` asks; undefined where that cannot be. */
function joinedLast(early: PlanNode, nodes: readonly PlanNode[]): PlanNode[] | undefined {
  const late = nodes.at(-1);
  if (early.kind !== 'Flatten' || late?.kind !== 'Flatten') return undefined;
  if (JSON.stringify(early.path) !== JSON.stringify(late.path)) return undefined;
  if (early.node.kind !== 'Fetch' || late.node.kind !== 'Fetch') return undefined;
  const fetch = join(early.node, late.node);
  return fetch && nodes.with(-1, { ...late, node: fetch });
}

function join(early: FetchNode, late: FetchNode): JoinedFetch | undefined {
  if (early.serviceName !== late.serviceName || !early.requires || !late.requires) return undefined;
  if ([early, late].some((fetch) => isRewritten(fetch) || isJoined(fetch))) return undefined;
  const [first, second] = [entityOperationOf(early), entityOperationOf(late)];
  if (!first || !second) return undefined;
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        ...second.operation,
        variableDefinitions: unique([
          ...(second.operation.variableDefinitions ?? []),
          ...(first.operation.variableDefinitions ?? []),
        ]),
        selectionSet: {
          kind: Kind.SELECTION_SET,
          selections: [
            {
              ...second.entities,
              selectionSet: {
                kind: Kind.SELECTION_SET,
                selections: selectionsOf([
                  ...(first.entities.selectionSet?.selections ?? []),
                  ...(second.entities.selectionSet?.selections ?? []),
                ]),
              },
            },
          ],
        },
      },
    ],
  };
  return {
    ...late,
    variableUsages: [...new Set([...(early.variableUsages ?? []), ...(late.variableUsages ?? [])])],
    operation: stripIgnoredCharacters(print(document)),
    operationDocumentNode: document,
    spare: early,
  };
}

function isRewritten({ inputRewrites, outputRewrites, contextRewrites }: FetchNode): boolean {
  return [inputRewrites, outputRewrites, contextRewrites].some((rewrites) => rewrites?.length);
}

/** A fetch's operation and its `_entities`; undefined with fragments, whose names mean other things in other operations. */
function entityOperationOf({
  operation: text,
  operationDocumentNode,
}: FetchNode): { readonly operation: OperationDefinitionNode; readonly entities: FieldNode } | undefined {
  const { definitions } = operationDocumentNode ?? parse(text, { noLocation: true });
  const [operation] = definitions;
  if (definitions.length !== 1 || operation?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const [entities, ...others] = operation.selectionSet.selections;
  if (others.length > 0 || entities?.kind !== Kind.FIELD) return undefined;
  return { operation, entities };
}

/** Each selection once, and what is asked of a type in one place. */
function selectionsOf(selections: readonly SelectionNode[]): SelectionNode[] {
  const merged: SelectionNode[] = [];
  for (const selection of selections) {
    const same = merged.findIndex((other) => isOfSameType(other, selection));
    const present = merged[same];
    if (present?.kind !== Kind.INLINE_FRAGMENT || selection.kind !== Kind.INLINE_FRAGMENT) {
      merged.push(selection);
      continue;
    }
    const inside = [...present.selectionSet.selections, ...selection.selectionSet.selections];
    merged[same] = { ...present, selectionSet: { kind: Kind.SELECTION_SET, selections: unique(inside) } };
  }
  return unique(merged);
}

function isOfSameType(one: SelectionNode, other: SelectionNode): boolean {
  return (
    one.kind === Kind.INLINE_FRAGMENT &&
    other.kind === Kind.INLINE_FRAGMENT &&
    !one.directives?.length &&
    !other.directives?.length &&
    one.typeCondition?.name.value === other.typeCondition?.name.value
  );
}

function unique<N extends Parameters<typeof print>[0]>(nodes: readonly N[]): N[] {
  return [...new Map(nodes.map((node) => [print(node), node])).values()];
}
