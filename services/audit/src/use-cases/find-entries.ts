import { type FilterQuery, raw } from '@mikro-orm/core';
import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan } from '@switchboard/storage';
import { AuditEntry } from '../domain/audit-entry.ts';
import { typesNamed } from './read-payload.ts';

export interface EntryFilter {
  /** Names of events, with or without their package. */
  readonly types?: readonly string[] | null | undefined;
  readonly service?: string | null | undefined;
  readonly actorUserId?: string | null | undefined;
  readonly correlationId?: string | null | undefined;
  readonly causationId?: string | null | undefined;
  /** Entries that name at least one of these ids. */
  readonly subjects?: readonly string[] | null | undefined;
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

/** How far a cause is followed; nothing real is as deep. */
const DEPTH_MAX = 100;

/** Reads entries of the caller's workspace. */
export class FindEntries {
  constructor(private readonly database: Database) {}

  /** In the order of the ids; null for what is unknown or another workspace's. */
  async byIds(actor: WorkspaceActor, ids: readonly string[]): Promise<(AuditEntry | null)[]> {
    const found = await this.database.read(actor, (em) => em.find(AuditEntry, { id: { $in: [...ids] } }));
    const byId = new Map(found.map((entry) => [entry.id, entry]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** The entries of these events, in their order. */
  async byEventIds(actor: WorkspaceActor, eventIds: readonly string[]): Promise<(AuditEntry | null)[]> {
    const found = await this.database.read(actor, (em) =>
      em.find(AuditEntry, { eventId: { $in: [...eventIds] } }),
    );
    const byEventId = new Map(found.map((entry) => [entry.eventId, entry]));
    return eventIds.map((eventId) => byEventId.get(eventId) ?? null);
  }

  /** Newest first, one row more than the page holds. */
  page(actor: WorkspaceActor, filter: EntryFilter, plan: PagePlan): Promise<AuditEntry[]> {
    return this.database.read(actor, (em) => findPage(em, AuditEntry, whereOf(filter), plan));
  }

  /**
   * What led to events: the cause of each, the cause of that, and so on to the root.
   * @param causationIds ids of the direct causes; an operation's id has no entry, and leads to nothing.
   * @returns in the order of `causationIds`.
   */
  causesOf(actor: WorkspaceActor, causationIds: readonly string[]): Promise<AuditEntry[][]> {
    return this.database.read(actor, async (em) => {
      // The policies of the table confine this one; the filter of the ORM does not reach into SQL.
      const links = await em.execute<{ id: string; effect: string }[]>(
        `with recursive causes as (
           select event_id as effect, id, causation_id, 1 as depth from audit_entries
           where event_id in (?)
           union all
           select c.effect, e.id, e.causation_id, c.depth + 1 from audit_entries e
           join causes c on e.event_id = c.causation_id where c.depth < ${DEPTH_MAX})
         select effect, id from causes order by depth`,
        [[...causationIds]],
      );
      if (links.length === 0) return causationIds.map(() => []);
      const found = await em.find(AuditEntry, { id: { $in: [...new Set(links.map(({ id }) => id))] } });
      const byId = new Map(found.map((entry) => [entry.id, entry]));
      const byEffect = Map.groupBy(links, ({ effect }) => effect);
      return causationIds.map((causationId) =>
        (byEffect.get(causationId) ?? []).flatMap(({ id }) => byId.get(id) ?? []),
      );
    });
  }
}

function whereOf({ types, subjects, from, to, ...exact }: EntryFilter): FilterQuery<AuditEntry> {
  const { service, actorUserId, correlationId, causationId } = exact;
  return {
    ...(types && { type: { $in: types.flatMap(typesNamed) } }),
    ...(service && { service }),
    ...(actorUserId && { actorUserId }),
    ...(correlationId && { correlationId }),
    ...(causationId && { causationId }),
    ...((from || to) && { occurredAt: { ...(from && { $gte: from }), ...(to && { $lt: to }) } }),
    ...(subjects && names(subjects)),
  } as FilterQuery<AuditEntry>;
}

/** In SQL, because only `&&` uses the index over all subjects. JSON, because a list would be taken apart. */
function names(ids: readonly string[]): object {
  return {
    [raw(
      (alias) => `${alias}.subjects && array(select jsonb_array_elements_text(?::jsonb))`,
      [JSON.stringify(ids)],
    )]: [],
  };
}
