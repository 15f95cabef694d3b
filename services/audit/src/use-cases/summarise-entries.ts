import type { WorkspaceActor } from '@switchboard/identity';
import type { Database } from '@switchboard/storage';

export interface NamedCount {
  readonly name: string;
  readonly entries: number;
}

export interface ActorCount {
  readonly kind: string;
  readonly userId: string | null;
  readonly apiKeyId: string | null;
  readonly agentId: string | null;
  readonly entries: number;
}

/** A workspace's trail in numbers. */
export interface Summary {
  readonly totalEntries: number;
  readonly firstAt: Date | null;
  readonly lastAt: Date | null;
  /** Most entries first; so are the others. */
  readonly byService: readonly NamedCount[];
  readonly byType: readonly NamedCount[];
  /** The 50 with the most entries. */
  readonly actors: readonly ActorCount[];
}

interface CountRow {
  service: string;
  type: string;
  entries: string | number;
  first_at: string | Date;
  last_at: string | Date;
}

interface ActorRow {
  actor_kind: string;
  actor_user_id: string | null;
  actor_api_key_id: string | null;
  actor_agent_id: string | null;
  entries: string | number;
}

/** Counts the entries of the caller's workspace. */
export class SummariseEntries {
  constructor(private readonly database: Database) {}

  execute(actor: WorkspaceActor): Promise<Summary> {
    return this.database.read(actor, async (em) => {
      // The policies of the table confine both to the caller's workspace and mode.
      const rows = await em.execute<CountRow[]>(
        `select service, type, count(*) as entries, min(occurred_at) as first_at, max(occurred_at) as last_at
         from audit_entries group by service, type order by count(*) desc, type`,
      );
      const actors = await em.execute<ActorRow[]>(
        `select actor_kind, actor_user_id, actor_api_key_id, actor_agent_id, count(*) as entries
         from audit_entries group by 1, 2, 3, 4 order by count(*) desc, 1, 2, 3, 4 limit 50`,
      );
      return toSummary(rows, actors);
    });
  }
}

function toSummary(rows: readonly CountRow[], actors: readonly ActorRow[]): Summary {
  const byService = new Map<string, number>();
  for (const { service, entries } of rows) {
    byService.set(service, (byService.get(service) ?? 0) + Number(entries));
  }
  const times = rows.flatMap(({ first_at, last_at }) => [new Date(first_at), new Date(last_at)]);
  times.sort((a, b) => a.getTime() - b.getTime());
  return {
    totalEntries: rows.reduce((sum, { entries }) => sum + Number(entries), 0),
    firstAt: times.at(0) ?? null,
    lastAt: times.at(-1) ?? null,
    byService: [...byService]
      .map(([name, entries]) => ({ name, entries }))
      .sort((a, b) => b.entries - a.entries),
    byType: rows.map(({ type, entries }) => ({ name: type, entries: Number(entries) })),
    actors: actors.map((row) => ({
      kind: row.actor_kind,
      userId: row.actor_user_id,
      apiKeyId: row.actor_api_key_id,
      agentId: row.actor_agent_id,
      entries: Number(row.entries),
    })),
  };
}
