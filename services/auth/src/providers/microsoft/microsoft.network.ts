import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';

const LOGIN = 'https://login.microsoftonline.com';
const TIMEOUT_MS = 5_000;

/**
 * The library's way to the network. It knows no other address than Microsoft's, so the sandbox is reached by going
 * elsewhere here. @param sandboxUrl undefined for Microsoft itself.
 */
export function microsoftNetwork(sandboxUrl: string | undefined): INetworkModule {
  async function send<T>(
    method: 'GET' | 'POST',
    url: string,
    options: NetworkRequestOptions = {},
  ): Promise<NetworkResponse<T>> {
    const response = await fetch(sandboxUrl === undefined ? url : url.replace(LOGIN, sandboxUrl), {
      method,
      ...(options.headers && { headers: options.headers }),
      ...(options.body !== undefined && { body: options.body }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const headers = Object.fromEntries(response.headers);
    return { headers, body: (await response.json()) as T, status: response.status };
  }
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}
