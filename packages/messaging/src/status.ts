import { type Database, SYSTEM } from '@switchboard/storage';

/** What an operator wants to know about a service's events. */
export interface MessagingStatus {
  readonly outboxPending: number;
  readonly outboxOldestAgeMs: number;
  readonly outboxExpiredLeases: number;
  readonly deadLetters: number;
}

export function messagingStatus(database: Database): Promise<MessagingStatus> {
  return database.transaction(SYSTEM, async ({ em }) => {
    const [row] = await em.execute<Record<string, string | number>[]>(
      `select
         (select count(*) from outbox where published_at is null)::int as pending,
         (select coalesce(extract(epoch from now() - min(occurred_at)) * 1000, 0) from outbox where published_at is null)::bigint as oldest,
         (select count(*) from outbox where published_at is null and lease_until < now())::int as expired,
         (select count(*) from dead_letters where replayed_at is null)::int as letters`,
    );
    return {
      outboxPending: Number(row?.pending ?? 0),
      outboxOldestAgeMs: Number(row?.oldest ?? 0),
      outboxExpiredLeases: Number(row?.expired ?? 0),
      deadLetters: Number(row?.letters ?? 0),
    };
  });
}

/**
 * Publishes events of the outbox again, with their old ids: consumers that had them ignore them.
 * @returns how many will be published by the relay's next passes.
 */
export function replayOutbox(
  database: Database,
  wanted: { since: Date; type: string; limit: number },
): Promise<number> {
  return database.transaction(SYSTEM, async ({ em }) => {
    const rows = await em.execute<unknown[]>(
      `update outbox set published_at = null, lease_until = null
       where seq in (select seq from outbox where published_at is not null and occurred_at >= ?
                     and (? = '' or type = ?) order by seq limit ?)
       returning seq`,
      [wanted.since, wanted.type, wanted.type, wanted.limit],
    );
    return rows.length;
  });
}
