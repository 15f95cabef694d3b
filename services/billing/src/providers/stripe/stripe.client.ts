import { type ProviderCall, reveal } from '@switchboard/providers';
import Stripe from 'stripe';

const TIMEOUT_MS = 5_000;

/**
 * The SDK's client for one call with a credential `{ secretKey }`. The SDK knows a host and a port but no path
 * before its own, so where there is a base URL each address is rewritten below it.
 */
export function stripeClient({ credential, signal }: ProviderCall): Stripe {
  const { baseUrl } = credential;
  const send: typeof fetch = (input, init) => {
    const intended = new URL(String(input));
    const url = baseUrl ? `${baseUrl}${intended.pathname}${intended.search}` : intended.href;
    const signals = init?.signal ? [init.signal, signal] : [signal];
    // The SDK states a length and fetch adds its own: where the process has loaded undici, the two are an error.
    const headers = new Headers(init?.headers);
    headers.delete('content-length');
    return fetch(url, { ...init, headers, signal: AbortSignal.any(signals) });
  };
  return new Stripe(reveal(credential, 'secretKey'), {
    apiVersion: Stripe.API_VERSION,
    httpClient: Stripe.createFetchHttpClient(send),
    timeout: TIMEOUT_MS,
    // Repeating is the worker's, under the key that was kept before the first call.
    maxNetworkRetries: 0,
    telemetry: false,
  });
}
