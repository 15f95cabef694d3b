import { BoundedMap } from './bounded.ts';
import { base64UrlId } from './random-ids.ts';

const TOKENS_MAX = 1_000;

/** Access tokens and the accounts they stand for. */
export class AccessTokens<Account> {
  readonly #tokens = new BoundedMap<string, { account: Account; expiresAt: number }>(TOKENS_MAX);
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A new token. */
  issue(account: Account, lifetimeSeconds: number, prefix: string): string {
    const token = `${prefix}${base64UrlId(48)}`;
    this.#tokens.set(token, { account, expiresAt: this.#nowMs() + lifetimeSeconds * 1_000 });
    return token;
  }

  /** The account of a token that is known and has not expired. */
  accountOf(token: string): Account | undefined {
    const found = this.#tokens.get(token);
    return found && found.expiresAt > this.#nowMs() ? found.account : undefined;
  }

  clear(): void {
    this.#tokens.clear();
  }
}
