import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';

/** Twilio's client has no base URL: this one sends every request to the sandbox instead. */
class SandboxRequestClient extends twilio.RequestClient {
  readonly #sandboxUrl: string;

  constructor(sandboxUrl: string) {
    super();
    this.#sandboxUrl = sandboxUrl;
  }

  override request<TData>(options: RequestClient.RequestOptions<TData>) {
    const original = new URL(options.uri);
    const redirected = Object.assign({}, options, {
      uri: `${this.#sandboxUrl}/twilio${original.pathname}${original.search}`,
      headers: { ...options.headers, 'x-original-host': original.host },
    });
    return super.request<TData>(redirected);
  }
}

/** Twilio's own SDK, pointed at a sandbox. */
export function twilioClient(sandboxUrl: string, credentials: { accountSid: string; authToken: string }) {
  return twilio(credentials.accountSid, credentials.authToken, {
    httpClient: new SandboxRequestClient(sandboxUrl),
  });
}
