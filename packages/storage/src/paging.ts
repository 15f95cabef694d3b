import type { FilterQuery, QueryOrderMap } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';

/** One page of a list ordered by id, newest first, as a connection's arguments ask for it. */
export interface PagePlan {
  /** Rows wanted; one more is fetched to learn whether another page follows. */
  readonly limit: number;
  /** `forward` walks towards older rows, `backward` towards newer ones. */
  readonly direction: 'forward' | 'backward';
  /** The id the page starts behind. */
  readonly boundaryId?: string | undefined;
}

/**
 * Fetches `limit + 1` rows in list order. Ids are ULIDs, so their order is the order of creation and the
 * boundary stays valid while rows are added.
 */
export async function findPage<T extends { id: string }>(
  em: SqlEntityManager,
  entity: new () => T,
  where: FilterQuery<NoInfer<T>>,
  plan: PagePlan,
): Promise<T[]> {
  const forward = plan.direction === 'forward';
  const boundary = plan.boundaryId
    ? { id: forward ? { $lt: plan.boundaryId } : { $gt: plan.boundaryId } }
    : {};
  const rows = await em.find(entity, { $and: [where, boundary] } as unknown as FilterQuery<T>, {
    orderBy: { id: forward ? 'desc' : 'asc' } as unknown as QueryOrderMap<T>,
    limit: plan.limit + 1,
  });
  return forward ? rows : rows.reverse();
}
