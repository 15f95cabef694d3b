import { METRICS_TYPE, metricsText } from '@switchboard/observability';
import { type FastifyInstance, fastify } from 'fastify';

/** Health for the cluster's probes, and figures for Prometheus. */
export function httpServer(unreadiness: () => readonly string[]): FastifyInstance {
  const app = fastify();
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const reasons = unreadiness();
    return reasons.length === 0
      ? { status: 'ready' }
      : reply.code(503).send({ status: 'not ready', reasons });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', METRICS_TYPE).send(await metricsText()),
  );
  return app;
}
