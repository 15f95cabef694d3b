import Stripe from 'stripe';

/**
 * Stripe's own SDK, pointed at a sandbox. It takes a host but no path, so a client of its own adds the prefix.
 */
export function stripeClient(sandboxUrl: string, secretKey: string): Stripe {
  const { hostname, port } = new URL(sandboxUrl);
  const httpClient = Stripe.createFetchHttpClient((input, init) => {
    const url = new URL(String(input));
    url.pathname = `/stripe${url.pathname}`;
    return fetch(url, init);
  });
  return new Stripe(secretKey, {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    httpClient,
    maxNetworkRetries: 0,
    telemetry: false,
  });
}
