import { createHash } from 'node:crypto';
import { AppError, ProviderError } from '@switchboard/errors';
import { type Credential, reveal } from '@switchboard/providers';
import { request } from 'undici';
import { toProviderError, ZoomGarbled, ZoomRefusal } from './zoom.errors.ts';
import { readRefusal, TIMEOUT_MS } from './zoom.http.ts';
import { tokenAnswer } from './zoom.schemas.ts';

const ZOOM_TOKEN_URL = 'https://zoom.us/oauth/token';
const RENEW_BEFORE_MS = 5 * 60_000;
const CACHE_MAX = 1_000;

interface Token {
  readonly value: string;
  readonly renewAt: number;
}

/**
 * Access tokens. Those of server-to-server apps are kept here, one per credential. They live an hour and there is no refresh token: a
 * new one is asked for, by one caller for all who wait (developers.zoom.us/docs/internal-apps/s2s-oauth).
 */
export class ZoomTokens {
  readonly #tokens = new Map<string, Promise<Token>>();

  constructor(private readonly now: () => number = Date.now) {}

  /** @throws ProviderError RECONNECT_REQUIRED when Zoom refuses the credential, UNAVAILABLE, RATE_LIMITED. */
  async of(credential: Credential): Promise<string> {
    // Of an account that a person connected, auth lends the token itself and sees to the next one.
    const lent = credential.secrets.accessToken;
    if (lent) return lent.reveal();
    const key = keyOf(credential);
    const known = this.#tokens.get(key);
    const token = known && (await known.catch(() => undefined));
    if (token && this.now() < token.renewAt) return token.value;
    // Whoever comes back from waiting first asks; the others find that question and wait for its answer.
    if (this.#tokens.get(key) === known) this.#keep(key, this.#fetch(credential));
    return (await (this.#tokens.get(key) ?? this.#fetch(credential))).value;
  }

  /**
   * Asks for a token although the one before may live: a credential that was taken away shows by it.
   * @throws ProviderError as `of`; a refused credential's token is forgotten, otherwise the one before stays.
   */
  async renew(credential: Credential): Promise<void> {
    const key = keyOf(credential);
    const token = this.#fetch(credential);
    await token.catch((thrown) => {
      if (AppError.from(thrown).code === 'RECONNECT_REQUIRED') this.#tokens.delete(key);
      throw thrown;
    });
    this.#keep(key, token);
  }

  /** Forgets a token that Zoom refused, so that another may be asked for; one that came since stays. */
  async forget(credential: Credential, value: string): Promise<void> {
    const key = keyOf(credential);
    const known = this.#tokens.get(key);
    const token = known && (await known.catch(() => undefined));
    if (token?.value === value && this.#tokens.get(key) === known) this.#tokens.delete(key);
  }

  #keep(key: string, token: Promise<Token>): void {
    const oldest = this.#tokens.keys().next().value;
    if (this.#tokens.size >= CACHE_MAX && oldest !== undefined) this.#tokens.delete(oldest);
    this.#tokens.set(key, token);
  }

  async #fetch(credential: Credential): Promise<Token> {
    const askedAt = this.now();
    try {
      const { access_token: value, expires_in: seconds } = await askForToken(credential);
      const lifeMs = seconds * 1000;
      return { value, renewAt: askedAt + lifeMs - Math.min(RENEW_BEFORE_MS, lifeMs / 10) };
    } catch (thrown) {
      throw toTokenError(thrown);
    }
  }
}

async function askForToken(credential: Credential) {
  const url = credential.baseUrl ? `${credential.baseUrl}/oauth/token` : ZOOM_TOKEN_URL;
  const account = `${reveal(credential, 'clientId')}:${reveal(credential, 'clientSecret')}`;
  const response = await request(url, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(account).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'account_credentials',
      account_id: reveal(credential, 'accountId'),
    }).toString(),
    // Its own limit, not the caller's: others may be waiting for the same answer.
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.statusCode !== 200) throw await readRefusal(response);
  const answer = tokenAnswer.safeParse(await response.body.json());
  if (!answer.success) throw new ZoomGarbled('token', { cause: answer.error });
  return answer.data;
}

/** The token endpoint has no numbers: any 4xx but a rate limit means that the credential is no good. */
function toTokenError(thrown: unknown): ProviderError {
  const error = toProviderError('oauth.token', thrown, { acts: false });
  if (!(thrown instanceof ZoomRefusal) || thrown.status >= 500 || thrown.status === 429) return error;
  return new ProviderError('RECONNECT_REQUIRED', error.vendor, {
    cause: thrown,
    publicMessage: 'Zoom refuses the connection’s credential.',
  });
}

/** A connection may get another secret; its old token is then not the new one's. */
function keyOf(credential: Credential): string {
  const parts = ['accountId', 'clientId', 'clientSecret'].map((name) => reveal(credential, name));
  return createHash('sha256')
    .update(JSON.stringify([credential.connectionId, credential.baseUrl, ...parts]))
    .digest('hex');
}
