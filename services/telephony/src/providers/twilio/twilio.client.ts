import { type Credential, reveal } from '@switchboard/providers';
import twilio from 'twilio';

const TIMEOUT_MS = 5_000;

/**
 * Twilio's own HTTP client, pointed elsewhere: the SDK has no base URL and several hosts, so the address is
 * rewritten and the host it was meant for travels along.
 */
class RedirectedClient extends twilio.RequestClient {
  constructor(private readonly baseUrl: string) {
    super({ timeout: TIMEOUT_MS });
  }

  override request<TData>(
    options: Parameters<twilio.RequestClient['request']>[0],
  ): ReturnType<typeof twilio.RequestClient.prototype.request<TData>> {
    const intended = new URL(options.uri);
    return super.request<TData>({
      ...options,
      uri: `${this.baseUrl}${intended.pathname}${intended.search}`,
      headers: { ...options.headers, 'x-original-host': intended.host },
    } as Parameters<typeof twilio.RequestClient.prototype.request<TData>>[0]);
  }
}

/** The SDK's client for one credential `{ accountSid, authToken }`. */
export function twilioClient(credential: Credential): twilio.Twilio {
  return twilio(reveal(credential, 'accountSid'), reveal(credential, 'authToken'), {
    httpClient: credential.baseUrl
      ? new RedirectedClient(credential.baseUrl)
      : new twilio.RequestClient({ timeout: TIMEOUT_MS }),
    // A second try of the SDK's own would be a second message.
    autoRetry: false,
  });
}
