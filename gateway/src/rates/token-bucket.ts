/** How much a bucket holds, in points, and how fast it fills up again. */
export interface RatePolicy {
  readonly capacity: number;
  readonly refillPerMinute: number;
}

/** Points that are taken and refill steadily. Times are in milliseconds of one monotonic clock. */
export class TokenBucket {
  #level: number;
  #at: number;

  /** A full one. */
  constructor(
    private readonly policy: RatePolicy,
    now: number,
  ) {
    this.#level = policy.capacity;
    this.#at = now;
  }

  /** What it holds, in fractions of points; below 0 while it is in debt. */
  level(now: number): number {
    const { capacity, refillPerMinute } = this.policy;
    const refilled = (Math.max(0, now - this.#at) * refillPerMinute) / 60_000;
    return Math.min(capacity, this.#level + refilled);
  }

  /** Takes the points if they are there. */
  take(points: number, now: number): boolean {
    const level = this.level(now);
    if (level < points) return false;
    this.#set(level - points, now);
    return true;
  }

  /**
   * Takes points that are spent already, into debt if need be.
   * @param debtMax the part of the capacity beyond which debts are forgiven, so that nobody is locked out for long.
   */
  subtract(points: number, now: number, debtMax: number): void {
    const level = this.level(now);
    const least = Math.min(level, -this.policy.capacity * debtMax);
    this.#set(Math.max(level - Math.max(0, points), least), now);
  }

  /** Lowers it to what somebody else knows to be left. */
  lowerTo(level: number, now: number): void {
    this.#set(Math.min(this.level(now), level), now);
  }

  /** Milliseconds until it holds so many points. */
  timeUntil(points: number, now: number): number {
    return (Math.max(0, points - this.level(now)) * 60_000) / this.policy.refillPerMinute;
  }

  #set(level: number, now: number): void {
    this.#level = level;
    this.#at = now;
  }
}
