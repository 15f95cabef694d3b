import type { RequestRecord, Sandbox, VendorName } from '@switchboard/vendor-sandbox';

/** How many requests of one kind a vendor of the sandbox received. */
export async function requestsTo(
  sandbox: Pick<Sandbox, 'url'>,
  vendor: VendorName,
  isWanted: (request: RequestRecord) => boolean,
): Promise<number> {
  const { requests } = await control<{ requests: RequestRecord[] }>(
    sandbox,
    'GET',
    `requests?vendor=${vendor}`,
  );
  return requests.filter(isWanted).length;
}

/** Asks the sandbox's own API. @throws Error with its words when it refuses. */
export async function control<T = unknown>(
  sandbox: Pick<Sandbox, 'url'>,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${sandbox.url}/control/${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}
