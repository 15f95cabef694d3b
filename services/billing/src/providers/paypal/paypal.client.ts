import { createHash } from 'node:crypto';
import { Client, Environment, type OAuthToken } from '@paypal/paypal-server-sdk';
import { type Credential, reveal } from '@switchboard/providers';

const TIMEOUT_MS = 5_000;
/** A token is renewed this long before its end. */
const CLOCK_SKEW_S = 60;
const CLIENTS_MAX = 500;

const clients = new Map<string, Client>();

/**
 * The SDK's client for a credential `{ clientId, clientSecret }`, kept: it holds the access token, and first calls
 * in parallel share one request for it.
 */
export function paypalClient(credential: Credential): Client {
  const key = keyOf(credential);
  const known = clients.get(key);
  if (known) return known;
  const oldest = clients.keys().next().value;
  if (clients.size >= CLIENTS_MAX && oldest !== undefined) clients.delete(oldest);
  const client = createClient(credential);
  clients.set(key, client);
  return client;
}

/** Drops the kept client and with it the access token. */
export function forgetPaypalClient(credential: Credential): void {
  clients.delete(keyOf(credential));
}

function createClient(credential: Credential): Client {
  let fetching: Promise<OAuthToken> | undefined;
  return new Client({
    environment: Environment.Production,
    timeout: TIMEOUT_MS,
    clientCredentialsAuthCredentials: {
      oAuthClientId: reveal(credential, 'clientId'),
      oAuthClientSecret: reveal(credential, 'clientSecret'),
      oAuthClockSkew: CLOCK_SKEW_S,
      oAuthTokenProvider: (last, manager) => {
        fetching ??= manager
          .updateToken(last)
          .catch((thrown) => {
            // The SDK keeps the failed promise and would answer with it for ever.
            forgetPaypalClient(credential);
            throw thrown;
          })
          .finally(() => {
            fetching = undefined;
          });
        return fetching;
      },
    },
    // The SDK's hosts are fixed; this is its own door for another way to send.
    unstable_httpClientOptions: { adapter: sendingTo(credential.baseUrl) },
  });
}

/** The part of an axios request that the SDK fills in. */
interface OutgoingRequest {
  readonly method?: string;
  readonly url?: string;
  readonly headers: { toJSON(): Record<string, unknown> };
  readonly data?: unknown;
  readonly timeout?: number;
}

/** Sends the SDK's requests by `fetch`, below `baseUrl` where there is one. */
function sendingTo(baseUrl: string | undefined) {
  return async (request: OutgoingRequest) => {
    const intended = new URL(request.url ?? '');
    const headers = Object.entries(request.headers.toJSON()).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    const response = await fetch(baseUrl ? `${baseUrl}${intended.pathname}${intended.search}` : intended, {
      method: (request.method ?? 'GET').toUpperCase(),
      headers,
      body: typeof request.data === 'string' ? request.data : null,
      redirect: 'error',
      signal: AbortSignal.timeout(request.timeout || TIMEOUT_MS),
    });
    return {
      data: await response.text(),
      status: response.status,
      statusText: response.statusText,
      headers: Object.fromEntries(response.headers),
      config: request,
    };
  };
}

function keyOf(credential: Credential): string {
  const secret = createHash('sha256').update(reveal(credential, 'clientSecret')).digest('hex');
  return JSON.stringify([credential.baseUrl, reveal(credential, 'clientId'), secret]);
}
