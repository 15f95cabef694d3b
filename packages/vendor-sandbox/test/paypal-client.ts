import { Client, Environment } from '@paypal/paypal-server-sdk';

interface AdapterRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, unknown>;
  readonly data?: string;
}

/** PayPal's own SDK, pointed at a sandbox: its hosts are fixed, so an adapter sends every request elsewhere. */
export function paypalClient(
  sandboxUrl: string,
  credentials: { clientId: string; clientSecret: string },
): Client {
  const adapter = async (request: AdapterRequest) => {
    const original = new URL(request.url);
    const headers = Object.entries(request.headers).filter(([, value]) => typeof value === 'string');
    const response = await fetch(`${sandboxUrl}/paypal${original.pathname}${original.search}`, {
      method: request.method,
      headers: headers as [string, string][],
      ...(request.data === undefined ? {} : { body: request.data }),
    });
    return {
      data: await response.text(),
      status: response.status,
      statusText: response.statusText,
      headers: Object.fromEntries(response.headers),
      config: request,
    };
  };
  return new Client({
    environment: Environment.Sandbox,
    timeout: 5_000,
    clientCredentialsAuthCredentials: {
      oAuthClientId: credentials.clientId,
      oAuthClientSecret: credentials.clientSecret,
    },
    unstable_httpClientOptions: { adapter },
  });
}
