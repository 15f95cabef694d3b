import type { Logger } from '@switchboard/observability';
import type { FastifyInstance } from 'fastify';
import type { Dispatcher } from 'undici';

const TIMEOUT_MS = 5_000;

/** What auth answers a browser with. */
const HEADERS = ['location', 'content-type', 'cache-control', 'referrer-policy'] as const;

/**
 * `GET /oauth/<vendor>/callback` and `/sign-in/<vendor>/callback`: where a vendor sends a person back to. Auth answers; no header of the
 * browser goes there, because the state in the address is all there is to know.
 */
export function addConsentCallbackProxy(app: FastifyInstance, auth: Dispatcher, logger: Logger): void {
  app.get<{ Params: { path: string; vendor: string } }>(
    '/:path(oauth|sign-in)/:vendor/callback',
    async (request, reply) => {
      if (!/^[a-z]{1,20}$/.test(request.params.vendor)) return reply.code(404).send('Not found');
      try {
        const response = await auth.request({
          method: 'GET',
          path: request.url,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        const body = Buffer.from(await response.body.arrayBuffer());
        for (const name of HEADERS) {
          const value = response.headers[name];
          if (typeof value === 'string') reply.header(name, value);
        }
        return reply.code(response.statusCode).send(body);
      } catch (err) {
        logger.warn({ err, vendor: request.params.vendor }, 'consent callback not delivered');
        return reply
          .code(503)
          .header('retry-after', '5')
          .send('Temporarily unavailable. Try again in a moment.');
      }
    },
  );
}
