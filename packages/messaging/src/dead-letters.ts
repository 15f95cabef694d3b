import { AppError } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import { type Database, SYSTEM } from '@switchboard/storage';
import { type EventRecord, subjectOf } from './event.ts';
import type { Handler } from './handler.ts';
import { type Delivery, handleAll } from './inbox.ts';
import type { UnitOfWork } from './outbox.ts';
import { type EventRow, toRecord } from './rows.ts';

/** The handler's name on events that could not even be read. */
export const UNREADABLE = '(unreadable)';

/** An event that one handler gave up on. */
export interface DeadLetter {
  readonly id: string;
  readonly eventId: string;
  readonly type: string;
  readonly handler: string;
  readonly code: string;
  /** The operator's message of the failure. */
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: Date;
}

/** Keeps payload and failure of an event, so that nothing is lost when it is acknowledged. */
export async function park(
  database: Database,
  handlerName: string,
  record: EventRecord,
  thrown: unknown,
  attempts: number,
): Promise<void> {
  const error = AppError.from(thrown);
  const reason =
    error.code === 'INTERNAL' && error.cause instanceof Error ? error.cause.message : error.message;
  await database.transaction(SYSTEM, ({ em }) =>
    em.execute(
      `insert into dead_letters (id, handler, event_id, type, subject, source, workspace_id, occurred_at, payload, trace, code, reason, attempts)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)
       on conflict (handler, event_id) do update set code = excluded.code, reason = excluded.reason,
         attempts = dead_letters.attempts + excluded.attempts, failed_at = now(), replayed_at = null`,
      [
        newId('dlt'),
        handlerName,
        record.id,
        record.type,
        subjectOf(record),
        record.source,
        record.workspaceId,
        record.occurredAt,
        Buffer.from(record.bytes),
        JSON.stringify(record.trace),
        error.code,
        reason.slice(0, 2000),
        attempts,
      ],
      'run',
    ),
  );
}

/** The newest dead letters that were not replayed. */
export function listDeadLetters(database: Database, limit: number): Promise<DeadLetter[]> {
  return database.transaction(SYSTEM, async ({ em }) => {
    const rows = await em.execute<
      (Omit<DeadLetter, 'eventId' | 'failedAt'> & { event_id: string; failed_at: string })[]
    >(
      `select id, event_id, type, handler, code, reason, attempts, failed_at from dead_letters
       where replayed_at is null order by failed_at desc limit ?`,
      [limit],
    );
    return rows.map(({ event_id, failed_at, ...rest }) => ({
      ...rest,
      eventId: event_id,
      failedAt: new Date(failed_at),
    }));
  });
}

/**
 * Hands parked events to their handlers again.
 * @param wanted empty `ids` and `type` mean all.
 * @returns how many were handled; those that failed again stay parked with the new reason.
 */
export async function replayDeadLetters(
  unitOfWork: UnitOfWork,
  handlers: readonly Handler[],
  wanted: { ids: readonly string[]; type: string; limit: number },
): Promise<number> {
  const rows = await unitOfWork.database.transaction(SYSTEM, ({ em }) =>
    em.execute<(EventRow & { letter: string; handler: string })[]>(
      `select id as letter, handler, event_id as id, type, source, workspace_id, occurred_at, payload, trace
       from dead_letters
       where replayed_at is null and (? = '' or type = ?) and (? = 0 or id in (?) or event_id in (?))
       order by failed_at limit ?`,
      [wanted.type, wanted.type, wanted.ids.length, [...wanted.ids, ''], [...wanted.ids, ''], wanted.limit],
    ),
  );
  let replayed = 0;
  for (const row of rows) {
    const handler = handlers.find((candidate) => candidate.name === row.handler);
    if (!handler) continue;
    const delivery: Delivery = { record: toRecord(row), handler };
    try {
      await handleAll(unitOfWork, [delivery]);
    } catch (thrown) {
      await park(unitOfWork.database, handler.name, delivery.record, thrown, 1);
      continue;
    }
    await unitOfWork.database.transaction(SYSTEM, ({ em }) =>
      em.execute('update dead_letters set replayed_at = now() where id = ?', [row.letter], 'run'),
    );
    replayed += 1;
  }
  return replayed;
}
