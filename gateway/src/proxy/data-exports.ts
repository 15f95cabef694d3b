import { isId } from '@switchboard/ids';
import type { Logger } from '@switchboard/observability';
import type { FastifyInstance } from 'fastify';
import type { Dispatcher } from 'undici';

/** Until the archive begins; it is written while it is read, and may be as long as it is. */
const TIMEOUT_MS = 10_000;
/** Nothing comes for so long: auth has stopped half-way. */
const SILENCE_MS = 60_000;

const HEADERS = ['content-type', 'content-disposition', 'cache-control', 'referrer-policy'] as const;

/** `GET /data-exports/<token>`: streams a copy of somebody's data from auth. The token in the address is the permission. */
export function addDataExportProxy(app: FastifyInstance, auth: Dispatcher, logger: Logger): void {
  app.get<{ Params: { token: string } }>('/data-exports/:token', async (request, reply) => {
    const [requestId = ''] = request.params.token.split('.');
    if (!isId('dsr', requestId)) return reply.code(404).send('Not found');
    try {
      const response = await auth.request({
        method: 'GET',
        path: `/data-exports/${encodeURIComponent(request.params.token)}`,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: SILENCE_MS,
      });
      for (const name of HEADERS) {
        const value = response.headers[name];
        if (typeof value === 'string') reply.header(name, value);
      }
      return reply.code(response.statusCode).send(response.body);
    } catch (err) {
      logger.warn({ err, requestId }, 'copy not delivered');
      return reply.code(503).header('retry-after', '5').send('Temporarily unavailable');
    }
  });
}
