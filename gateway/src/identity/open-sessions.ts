import { RevokedIds } from './revoked-ids.ts';
import { unauthenticated } from './unauthenticated.ts';

/** Auth, as the gateway asks it. @throws when it does not answer. */
export interface SessionChecker {
  isOpen(sessionId: string): Promise<boolean>;
}

const ACCESS_TOKEN_LIFETIME_MS = 15 * 60_000;
const PAUSE_MS = 5_000;
const CONFIRMED_MAX = 50_000;

/**
 * Which sessions are still open. Revocations arrive as events; those that passed while this process was not
 * listening are caught by asking auth once about each session. If auth cannot be asked, sessions go on
 * working: their tokens are short-lived.
 */
export class OpenSessions {
  readonly #revoked: RevokedIds;
  readonly #confirmed = new Set<string>();
  readonly #asking = new Map<string, Promise<void>>();
  #askAgainAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly checker: SessionChecker,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.#revoked = new RevokedIds(ACCESS_TOKEN_LIFETIME_MS, clock);
  }

  /** Acts at once on every later request. */
  revoke(sessionId: string): void {
    this.#revoked.add(sessionId);
    this.#confirmed.delete(sessionId);
  }

  /** Events may have been missed: every session is asked about again. */
  forgetConfirmed(): void {
    this.#confirmed.clear();
  }

  /** @throws AppError UNAUTHENTICATED when the session is over. */
  async requireOpen(sessionId: string): Promise<void> {
    if (!this.#confirmed.has(sessionId) && !this.#revoked.has(sessionId)) await this.#confirm(sessionId);
    // Checked after the question: a revocation may have overtaken its answer.
    if (this.#revoked.has(sessionId)) throw unauthenticated('session revoked');
  }

  async #confirm(sessionId: string): Promise<void> {
    if (this.clock() < this.#askAgainAt) return;
    let asking = this.#asking.get(sessionId);
    if (!asking) {
      asking = this.#ask(sessionId).finally(() => this.#asking.delete(sessionId));
      this.#asking.set(sessionId, asking);
    }
    await asking;
  }

  async #ask(sessionId: string): Promise<void> {
    try {
      if (!(await this.checker.isOpen(sessionId))) return this.revoke(sessionId);
    } catch {
      // One unanswered question must not delay every request.
      this.#askAgainAt = this.clock() + PAUSE_MS;
      return;
    }
    if (this.#confirmed.size >= CONFIRMED_MAX) this.#confirmed.clear();
    this.#confirmed.add(sessionId);
  }
}
