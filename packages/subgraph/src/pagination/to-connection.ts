import type { PageInfo } from '../types/page-info.ts';
import { encodeCursor } from './cursor.ts';
import type { PagePlan } from './plan-page.ts';

export interface Edge<T> {
  readonly cursor: string;
  readonly node: T;
}

export interface Connection<T> {
  readonly edges: readonly Edge<T>[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number | null;
}

/**
 * Makes the connection of a page.
 * @param rows up to `plan.limit + 1`, newest first whatever the direction, as storage's `findPage` gives them.
 */
export function toConnection<T extends { readonly id: string }>(
  rows: readonly T[],
  plan: PagePlan,
  totalCount: number | null = null,
): Connection<T> {
  const forward = plan.direction === 'forward';
  const more = rows.length > plan.limit;
  const nodes = forward ? rows.slice(0, plan.limit) : rows.slice(more ? rows.length - plan.limit : 0);
  const edges = nodes.map((node) => ({ cursor: encodeCursor(plan.binding, node.id), node }));
  return {
    edges,
    nodes,
    totalCount,
    pageInfo: {
      hasNextPage: forward ? more : plan.boundaryId !== undefined,
      hasPreviousPage: forward ? plan.boundaryId !== undefined : more,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
