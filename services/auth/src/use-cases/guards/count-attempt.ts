import { AppError } from '@switchboard/errors';
import type { Tx } from '@switchboard/storage';
import { type AttemptLimit, bucketOf } from '../../domain/attempt-limits.ts';
import { after } from '../../domain/clock.ts';

type Em = Tx['em'];

/** Whose attempts are counted: an address, a user, a network address. */
export interface Attempt {
  readonly limit: AttemptLimit;
  readonly subject: string;
}

/**
 * Counts an attempt under each of its limits, atomically and before it is made, so that parallel attempts cannot
 * share a place. The caller's transaction must commit whatever becomes of the attempt. One statement: the rows
 * stay locked until the commit, and one of them may be that of a whole office.
 * @param attempts in the same order everywhere, or two callers could wait for each other.
 * @returns `undefined` when it may be made, otherwise milliseconds until a window ends.
 */
export async function countAttempts(
  em: Em,
  attempts: readonly Attempt[],
  now: Date,
): Promise<number | undefined> {
  const values = attempts.map(() => '(?, 1, ?::timestamptz)').join(', ');
  const rows = await em.execute<{ bucket: string; attempts: number; window_ends_at: string | Date }[]>(
    `insert into attempt_counters as counter (bucket, attempts, window_ends_at) values ${values}
     on conflict (bucket) do update set
       attempts = case when counter.window_ends_at <= ? then 1 else counter.attempts + 1 end,
       window_ends_at = case when counter.window_ends_at <= ? then excluded.window_ends_at else counter.window_ends_at end
     returning bucket, attempts, window_ends_at`,
    [
      ...attempts.flatMap(({ limit, subject }) => [bucketOf(limit, subject), after(now, limit.windowMs)]),
      now,
      now,
    ],
  );
  const waits = attempts.flatMap(({ limit, subject }) => {
    const row = rows.find(({ bucket }) => bucket === bucketOf(limit, subject));
    if (!row || row.attempts <= limit.attemptsMax) return [];
    return [Math.max(0, new Date(row.window_ends_at).getTime() - now.getTime())];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** The same for one limit. */
export function countAttempt(
  em: Em,
  limit: AttemptLimit,
  subject: string,
  now: Date,
): Promise<number | undefined> {
  return countAttempts(em, [{ limit, subject }], now);
}

/** Takes an attempt back that turned out to be harmless. */
export async function uncountAttempt(em: Em, limit: AttemptLimit, subject: string): Promise<void> {
  await em.execute(
    'update attempt_counters set attempts = attempts - 1 where bucket = ? and attempts > 0',
    [bucketOf(limit, subject)],
    'run',
  );
}

/** Forgets all attempts. */
export async function forgetAttempts(em: Em, limit: AttemptLimit, subject: string): Promise<void> {
  await em.execute('delete from attempt_counters where bucket = ?', [bucketOf(limit, subject)], 'run');
}

/** What a caller is told who made too many attempts. */
export function tooManyAttempts(retryAfterMs: number): AppError {
  return new AppError('RATE_LIMITED', 'too many attempts', {
    publicMessage: 'Too many attempts. Try again later.',
    retryAfterMs,
  });
}
