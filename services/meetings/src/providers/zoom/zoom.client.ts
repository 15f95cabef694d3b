import type { Credential, ProviderCall } from '@switchboard/providers';
import { request } from 'undici';
import type { z } from 'zod';
import { toProviderError, ZoomGarbled, ZoomRefusal } from './zoom.errors.ts';
import { readRefusal, TIMEOUT_MS } from './zoom.http.ts';
import { ZoomTokens } from './zoom.tokens.ts';

const ZOOM_API_URL = 'https://api.zoom.us/v2';

/** One request to Zoom's API. */
export interface ZoomRequest<T> {
  /** For errors, such as `meetings.create`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/v2`, its parts already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Whether doing it twice would do it twice. */
  readonly acts: boolean;
  /** What the answer's body is; absent where there is none. */
  readonly answer?: z.ZodType<T>;
}

/** Zoom's REST API, as far as it is used here. There is no client of Zoom's own on npm. */
export class ZoomClient {
  constructor(private readonly tokens: ZoomTokens = new ZoomTokens()) {}

  /** @throws ProviderError */
  async send<T = undefined>(call: ProviderCall, wanted: ZoomRequest<T>): Promise<T> {
    const token = await this.tokens.of(call.credential);
    try {
      return await this.#attempt(call, wanted, token);
    } catch (thrown) {
      // A lent token is auth's to replace: the refusal is reported there, and the next loan brings another one.
      const isOurs = call.credential.secrets.accessToken === undefined;
      if (!isOurs || !isTokenRefused(thrown)) throw toProviderError(wanted.operation, thrown, wanted);
    }
    // Refused before anything was done, so this is no second try of what acts.
    await this.tokens.forget(call.credential, token);
    const renewed = await this.tokens.of(call.credential);
    try {
      return await this.#attempt(call, wanted, renewed);
    } catch (thrown) {
      throw toProviderError(wanted.operation, thrown, wanted);
    }
  }

  /** Has Zoom look at the credential of a server-to-server app. @throws ProviderError */
  renewToken(credential: Credential): Promise<void> {
    return this.tokens.renew(credential);
  }

  async #attempt<T>({ credential, signal }: ProviderCall, wanted: ZoomRequest<T>, token: string): Promise<T> {
    const url = new URL(`${credential.baseUrl ? `${credential.baseUrl}/v2` : ZOOM_API_URL}${wanted.path}`);
    for (const [name, value] of Object.entries(wanted.query ?? {})) url.searchParams.set(name, value);
    const response = await request(url, {
      method: wanted.method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(wanted.body && { 'content-type': 'application/json' }),
      },
      body: wanted.body ? JSON.stringify(wanted.body) : null,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (response.statusCode < 200 || response.statusCode > 299) throw await readRefusal(response);
    if (!wanted.answer) {
      await response.body.dump();
      return undefined as T;
    }
    const answer = wanted.answer.safeParse(await response.body.json());
    if (!answer.success) throw new ZoomGarbled(wanted.operation, { cause: answer.error });
    return answer.data;
  }
}

function isTokenRefused(thrown: unknown): boolean {
  return thrown instanceof ZoomRefusal && (thrown.status === 401 || thrown.code === 124);
}
