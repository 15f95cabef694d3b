import type { FastifyInstance } from 'fastify';

/** Why a process is not ready to serve; empty when it is. */
export type Readiness = () => Promise<readonly string[]>;

/** `GET /health/live` and `GET /health/ready`. */
export function addHealthRoutes(app: FastifyInstance, readiness: Readiness): void {
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const reasons = await readiness().catch(() => ['readiness check failed']);
    if (reasons.length === 0) return { status: 'ready' };
    return reply.code(503).send({ status: 'not ready', reasons });
  });
}
