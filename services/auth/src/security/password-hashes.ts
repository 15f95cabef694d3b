import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { AppError } from '@switchboard/errors';
import type { Secret } from '@switchboard/observability';

// OWASP's password storage cheat sheet: argon2id (the library's default algorithm), 19 MiB, 2 passes, 1 lane.
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const WAITING_MAX = 500;

/**
 * argon2id with a bounded number of computations at once: each takes 19 MiB and a processor for some 20 ms, and a
 * flood of sign-ins must neither fill the memory nor starve the rest of the process.
 */
export class PasswordHashes {
  #free = Math.max(2, availableParallelism());
  readonly #waiting: (() => void)[] = [];
  readonly #decoy = hash('decoy', PARAMETERS);

  /** @returns a PHC string. @throws AppError UNAVAILABLE when too many are waiting. */
  hash(password: Secret): Promise<string> {
    return this.#bounded(() => hash(password.reveal(), PARAMETERS));
  }

  /**
   * @param stored null for an unknown account: a decoy is then compared, so that the time tells nothing.
   * @throws AppError UNAVAILABLE when too many are waiting.
   */
  async verify(stored: string | null, password: Secret): Promise<boolean> {
    const matches = await this.#bounded(async () => verify(stored ?? (await this.#decoy), password.reveal()));
    return matches && stored !== null;
  }

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) {
      if (this.#waiting.length >= WAITING_MAX) {
        throw new AppError('UNAVAILABLE', 'too many password computations are waiting', {
          publicMessage: 'Temporarily unavailable. Try again.',
          retryAfterMs: 1_000,
        });
      }
      // Whoever finishes hands its place on, so `#free` does not change in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#free -= 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
