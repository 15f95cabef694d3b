import { AppError } from '@switchboard/errors';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

const REFRESH_AFTER_MS = 5 * 60_000;
const COOLDOWN_MS = 5_000;
const TIMEOUT_MS = 2_000;

/**
 * Auth's public keys. The last good set is kept: while auth is down, sessions it signed still verify.
 */
export class JwksCache {
  #keys: JWTVerifyGetKey | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** For `jwtVerify`. @throws AppError UNAVAILABLE while no key set was ever fetched. */
  readonly getKey: JWTVerifyGetKey = async (header, token) => {
    if (!this.#keys) await this.#refresh();
    else if (this.clock() - this.#fetchedAt > REFRESH_AFTER_MS) void this.#refresh();
    if (!this.#keys) throw new AppError('UNAVAILABLE', 'No keys of auth could be fetched');
    try {
      return await this.#keys(header, token);
    } catch (thrown) {
      // A key we do not know may be a new one; a flood of unknown keys must not become a flood of fetches.
      if (!(thrown instanceof errors.JWKSNoMatchingKey) || !(await this.#refresh())) throw thrown;
      return this.#keys(header, token);
    }
  };

  async #refresh(): Promise<boolean> {
    if (!this.#fetching) {
      if (this.clock() - this.#triedAt < COOLDOWN_MS && this.#keys) return false;
      this.#triedAt = this.clock();
      this.#fetching = this.#fetch().finally(() => {
        this.#fetching = undefined;
      });
    }
    await this.#fetching;
    return this.#keys !== undefined;
  }

  async #fetch(): Promise<void> {
    try {
      const response = await fetch(this.url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
      if (!response.ok) return;
      this.#keys = createLocalJWKSet((await response.json()) as JSONWebKeySet);
      this.#fetchedAt = this.clock();
    } catch {
      // The set we hold goes on; without one, `getKey` says so.
    }
  }
}
