import { AppError } from '@switchboard/errors';
import type { Tx } from '@switchboard/storage';
import { type AttemptLimit, bucketOf } from '../domain/attempt-limits.ts';
import { after } from '../domain/clock.ts';

type Em = Tx['em'];

/**
 * Counts one attempt, atomically and before it is made, so that parallel attempts cannot share a place.
 * The caller's transaction must commit whatever becomes of the attempt.
 * @returns `undefined` when it may be made, otherwise milliseconds until the window ends.
 */
export async function countAttempt(
  em: Em,
  limit: AttemptLimit,
  subject: string,
  now: Date,
): Promise<number | undefined> {
  const [row] = await em.execute<{ attempts: number; window_ends_at: string | Date }[]>(
    `insert into attempt_counters as counter (bucket, attempts, window_ends_at) values (?, 1, ?)
     on conflict (bucket) do update set
       attempts = case when counter.window_ends_at <= ? then 1 else counter.attempts + 1 end,
       window_ends_at = case when counter.window_ends_at <= ? then excluded.window_ends_at else counter.window_ends_at end
     returning attempts, window_ends_at`,
    [bucketOf(limit, subject), after(now, limit.windowMs), now, now],
  );
  if (!row || row.attempts <= limit.attemptsMax) return undefined;
  return Math.max(0, new Date(row.window_ends_at).getTime() - now.getTime());
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
