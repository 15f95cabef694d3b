import { METRICS_TYPE, metricsText } from '@switchboard/observability';
import { type FastifyInstance, fastify } from 'fastify';

/** `GET /metrics` on a port of its own: the gateway's other port faces the world. */
export function metricsServer(): FastifyInstance {
  const app = fastify();
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', METRICS_TYPE).send(await metricsText()),
  );
  return app;
}
