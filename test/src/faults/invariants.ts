import type { Station } from './station.ts';

interface Tables {
  readonly outboxIds: readonly string[];
  readonly unpublished: number;
  readonly intents: Readonly<Record<string, number>>;
  readonly deliveriesOpen: number;
  readonly deadLetters: readonly string[];
}

/**
 * What holds for every service once it is at rest: each recorded event was published, once; nothing planned is
 * left undone; no callback is left unread; nothing was parked. The service must be stopped.
 * @throws Error that names every breach.
 */
export async function requireWhole(station: Station): Promise<void> {
  const { service } = station.options;
  const tables = await readTables(station);
  const published = (await station.events()).filter(({ source }) => source === service).map(({ id }) => id);
  const breaches = [
    ...missing(tables.outboxIds, published).map((id) => `event ${id} was recorded and never published`),
    ...missing(published, tables.outboxIds).map((id) => `event ${id} was published and never recorded`),
    ...repeated(published).map((id) => `event ${id} is in the stream twice`),
    ...(tables.unpublished > 0 ? [`${tables.unpublished} events are not marked as published`] : []),
    ...Object.entries(tables.intents)
      .filter(([state]) => state === 'READY')
      .map(([state, count]) => `${count} intents are ${state}`),
    ...(tables.deliveriesOpen > 0 ? [`${tables.deliveriesOpen} callbacks were stored and never read`] : []),
    ...tables.deadLetters.map((reason) => `an event was parked: ${reason}`),
  ];
  if (breaches.length > 0) throw new Error(`${service}: ${breaches.join('; ')}`);
}

function readTables(station: Station): Promise<Tables> {
  return station.inspect(async (query) => {
    const outbox = await query<{ id: string; published: boolean }>(
      'select id, published_at is not null as published from outbox order by seq',
    );
    const intents = await query<{ state: string; count: number }>(
      'select state, count(*)::int as count from intents group by state',
    );
    const [open] = await query<{ count: number }>(
      `select count(*)::int as count from webhook_deliveries where state = 'STORED'`,
    );
    const letters = await query<{ reason: string }>('select reason from dead_letters');
    return {
      outboxIds: outbox.map(({ id }) => id),
      unpublished: outbox.filter(({ published }) => !published).length,
      intents: Object.fromEntries(intents.map(({ state, count }) => [state, count])),
      deliveriesOpen: open?.count ?? 0,
      deadLetters: letters.map(({ reason }) => reason),
    };
  });
}

function missing(wanted: readonly string[], there: readonly string[]): string[] {
  const known = new Set(there);
  return wanted.filter((id) => !known.has(id));
}

/** What stands in a list more than once. */
export function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.size === seen.add(id).size);
}
