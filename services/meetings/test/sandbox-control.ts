import type { Sandbox } from '@switchboard/vendor-sandbox';

/** Speaks to the sandbox's control API. @throws Error with its answer when it refuses. */
export async function control(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${sandbox.url}/control/${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text === '' ? undefined : JSON.parse(text);
}

/** How many requests had an effect at Zoom: of one method, with this in the path and, if given, in the body. */
export async function requestsTo(
  sandbox: Sandbox,
  method: string,
  path: string,
  inBody = '',
): Promise<number> {
  const { requests } = (await control(sandbox, 'GET', 'requests?vendor=zoom')) as {
    requests: { method: string; path: string; body: unknown; effect: boolean }[];
  };
  return requests.filter(
    (request) =>
      request.method === method &&
      request.path.includes(path) &&
      request.effect &&
      JSON.stringify(request.body ?? '').includes(inBody),
  ).length;
}
