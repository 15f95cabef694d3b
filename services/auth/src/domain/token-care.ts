/** When a connection's token is renewed. Pure rules. */
import { after, HOUR_MS, MINUTE_MS, SECOND_MS } from './clock.ts';
import type { Connection } from './connection.ts';

/** A token in use is renewed this long before its end, so that nobody has to wait for it. */
const RENEWED_BEFORE_MS = 5 * MINUTE_MS;
/** What is lent lives at least this long; less would end on its way to the vendor. */
const LENT_AT_LEAST_MS = 30 * SECOND_MS;
/** A grant that nobody uses is renewed at least daily: vendors forget those that are silent for long. */
const RENEWED_EVERY_MS = 20 * HOUR_MS;
/** What was lent within this time is in use. */
const IN_USE_MS = HOUR_MS;
/** A token the vendor refuses is not renewed again so soon after it was. */
const DOUBTED_AFTER_MS = MINUTE_MS;

const RETRY_FIRST_MS = 2 * SECOND_MS;
const RETRY_MAX_MS = 5 * MINUTE_MS;

export type Token = Pick<
  Connection,
  'state' | 'tokenExpiresAt' | 'refreshedAt' | 'lentAt' | 'retryAt' | 'retries'
>;

/** Whether the token in hand can be lent. */
export function isLendable({ tokenExpiresAt }: Token, now: Date): boolean {
  return tokenExpiresAt !== null && after(now, LENT_AT_LEAST_MS) < tokenExpiresAt;
}

/** Whether whoever borrows it should see to the next one first. */
export function isEnding({ tokenExpiresAt }: Token, now: Date): boolean {
  return tokenExpiresAt === null || after(now, RENEWED_BEFORE_MS) >= tokenExpiresAt;
}

/** Whether the vendor may be asked now: not while it recovers from a failure, and never for a grant that is over. */
export function mayRefresh({ state, retryAt }: Token, now: Date): boolean {
  return state !== 'DISCONNECTED' && (retryAt === null || retryAt <= now);
}

/** Whether a refusal at the vendor speaks against a token that was renewed long enough ago to be the refused one. */
export function isDoubtful({ refreshedAt }: Token, now: Date): boolean {
  return refreshedAt === null || after(refreshedAt, DOUBTED_AFTER_MS) <= now;
}

/** When the token is renewed by itself; null when it is over. */
export function nextRefreshOf(token: Token): Date | null {
  const { state, tokenExpiresAt, refreshedAt, lentAt, retryAt } = token;
  if (state === 'DISCONNECTED' || tokenExpiresAt === null || refreshedAt === null) return null;
  const daily = after(refreshedAt, RENEWED_EVERY_MS);
  const ending = after(tokenExpiresAt, -RENEWED_BEFORE_MS);
  const isInUse = lentAt !== null && after(lentAt, IN_USE_MS) > ending;
  const planned = isInUse && ending < daily ? ending : daily;
  return retryAt !== null && retryAt > planned ? retryAt : planned;
}

/** The pause after a failed refresh: doubled each time, up to five minutes. @param random from 0 to 1. */
export function retryAfter(retries: number, random: number): number {
  const pauseMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(retries, 20));
  // Half of it by chance: connections that failed together shall not come back together.
  return Math.round(pauseMs / 2 + (pauseMs / 2) * random);
}
