import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { Kind } from 'graphql';
import { OWN_SUBGRAPH } from '../graph/supergraph.ts';
import { documentOf } from './questions.ts';

/** A fetch of a plan about the nodes that stand under a key, which needs nothing but their ids. */
export interface NodeFetch {
  readonly key: string;
  readonly typeName: string;
  readonly fetch: FetchNode;
}

const NODE_FIELDS = new Set(['node', 'nodes']);

/** @returns those that a plan certainly sends: what hangs on a condition may never be asked. */
export function nodeFetchesIn(root: PlanNode | SubscriptionNode): NodeFetch[] {
  const fetches = [...certainFetches(root, [])];
  const keys = new Set(fetches.flatMap(({ fetch }) => nodeKeysOf(fetch)));
  return fetches.flatMap(({ fetch, path: [key, ...below] }): NodeFetch[] => {
    if (key === undefined || !keys.has(key) || below.some((step) => step !== '@')) return [];
    const typeName = typeWithKeyId(fetch);
    return typeName === undefined ? [] : [{ key, typeName, fetch }];
  });
}

interface PlacedFetch {
  readonly fetch: FetchNode;
  readonly path: readonly string[];
}

function* certainFetches(node: PlanNode | SubscriptionNode, path: readonly string[]): Generator<PlacedFetch> {
  if (node.kind === 'Fetch') yield { fetch: node, path };
  if (node.kind === 'Flatten') yield* certainFetches(node.node, [...path, ...node.path.map(String)]);
  if (node.kind !== 'Sequence' && node.kind !== 'Parallel') return;
  for (const child of node.nodes) yield* certainFetches(child, path);
}

/** Under which keys the gateway's own subgraph is asked for nodes. */
function nodeKeysOf(fetch: FetchNode): string[] {
  if (fetch.serviceName !== OWN_SUBGRAPH || fetch.requires) return [];
  return documentOf(fetch).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    return definition.selectionSet.selections.flatMap((field) =>
      field.kind === Kind.FIELD && NODE_FIELDS.has(field.name.value)
        ? [field.alias?.value ?? field.name.value]
        : [],
    );
  });
}

/** The type that a fetch asks about, where the id is all it requires. */
function typeWithKeyId({ requires = [] }: FetchNode): string | undefined {
  const [required] = requires;
  if (requires.length !== 1 || required?.kind !== 'InlineFragment') return undefined;
  const isOfId = required.selections.every(
    (field) => field.kind === 'Field' && !field.alias && (field.name === '__typename' || field.name === 'id'),
  );
  return isOfId ? required.typeCondition : undefined;
}
