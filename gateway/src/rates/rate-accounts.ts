import { type RatePolicy, TokenBucket } from './token-bucket.ts';

/** What a caller has left, for headers and the `rateLimit` query. */
export interface RateState {
  /** Points a full bucket holds. */
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  /** Milliseconds until the bucket is full again. */
  readonly resetMs: number;
}

export type Taking = { readonly granted: true } | { readonly granted: false; readonly retryAfterMs: number };

/** Hears of every point taken here, to tell the other gateways. */
export type TakingListener = (account: string, points: number) => void;

/** Buckets kept at once; the one longest unused goes first and starts full when it comes back. */
const ACCOUNTS_MAX = 50_000;
/** Requests that were refused are not owed for long. */
const REFUSED_DEBT_MAX = 0.05;
/** What several gateways let through at the same moment is owed, so that in the long run it was not too much. */
const SHARED_DEBT_MAX = 1;

/** One bucket for each account: API key, session, or address. */
export class RateAccounts {
  readonly #buckets = new Map<string, TokenBucket>();
  #onTaken: TakingListener | undefined;

  constructor(
    readonly policy: RatePolicy,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  set onTaken(listener: TakingListener) {
    this.#onTaken = listener;
  }

  /** Takes the points, or none when there are not enough. */
  take(account: string, points: number): Taking {
    const now = this.clock();
    const bucket = this.#bucket(account, now);
    if (!bucket.take(points, now)) return { granted: false, retryAfterMs: bucket.timeUntil(points, now) };
    this.#onTaken?.(account, points);
    return { granted: true };
  }

  /** Takes points for work that was done already. */
  charge(account: string, points: number): void {
    const now = this.clock();
    this.#bucket(account, now).subtract(points, now, REFUSED_DEBT_MAX);
    this.#onTaken?.(account, points);
  }

  stateOf(account: string): RateState {
    const now = this.clock();
    // Looking at an account does not make one.
    const bucket = this.#buckets.get(account) ?? new TokenBucket(this.policy, now);
    const { capacity: limit } = this.policy;
    const remaining = Math.max(0, Math.floor(bucket.level(now)));
    return { limit, remaining, used: limit - remaining, resetMs: bucket.timeUntil(limit, now) };
  }

  /** Points another gateway gave out. */
  takenElsewhere(account: string, points: number): void {
    const now = this.clock();
    this.#bucket(account, now).subtract(points, now, SHARED_DEBT_MAX);
  }

  /** What is left of an account as another gateway knows it. */
  leftElsewhere(account: string, level: number): void {
    const now = this.clock();
    this.#bucket(account, now).lowerTo(level, now);
  }

  /** The level of every account that is not full. */
  levels(): readonly (readonly [account: string, level: number])[] {
    const now = this.clock();
    return [...this.#buckets]
      .map(([account, bucket]) => [account, bucket.level(now)] as const)
      .filter(([, level]) => level < this.policy.capacity);
  }

  #bucket(account: string, now: number): TokenBucket {
    const bucket = this.#buckets.get(account) ?? new TokenBucket(this.policy, now);
    // Put last: the first one is then the one longest unused.
    this.#buckets.delete(account);
    this.#buckets.set(account, bucket);
    if (this.#buckets.size > ACCOUNTS_MAX) {
      const oldest = this.#buckets.keys().next().value;
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return bucket;
  }
}
