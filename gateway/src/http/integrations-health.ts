import type { FastifyInstance } from 'fastify';

/** What the route asks of the graph. */
export const INTEGRATIONS_QUERY = `query IntegrationsHealth { integrations {
  vendor state since lastError { code message } lastSuccessAt nextCheckAt sandbox connectionId } }`;

interface Answer {
  readonly data?: { readonly integrations: readonly unknown[] | null } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/**
 * `GET /health/integrations`: how each vendor fares for the caller, for monitors that speak no GraphQL. The same
 * question as `integrations`, asked the same way, so the same callers may ask it.
 *
 * 200 `{ integrations: [...] }`, 401 without a valid credential, 503 while auth cannot answer; never by a vendor's state.
 */
export function addIntegrationsHealthRoute(app: FastifyInstance): void {
  app.get('/health/integrations', async (request, reply) => {
    const { authorization } = request.headers;
    const answer = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      remoteAddress: request.ip,
      payload: JSON.stringify({ query: INTEGRATIONS_QUERY }),
    });
    const { data, errors } = answer.json<Answer>();
    const code = errors?.[0]?.extensions?.code;
    const isRefused = answer.statusCode === 401 || code === 'UNAUTHENTICATED' || code === 'FORBIDDEN';
    const status = data?.integrations ? 200 : isRefused ? 401 : 503;
    const requestId = answer.headers['x-request-id'];
    if (requestId !== undefined) reply.header('x-request-id', requestId);
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    if (status === 503) reply.header('retry-after', '5');
    return reply
      .header('cache-control', 'no-store')
      .code(status)
      .send(
        status === 200
          ? { integrations: data?.integrations }
          : { error: { code: isRefused ? 'UNAUTHENTICATED' : 'UNAVAILABLE', message: errors?.[0]?.message } },
      );
  });
}
