import type { FastifyInstance } from 'fastify';

const LOOK_MS = 20;
/** In this time a connection that is in use gets an answer, which sends its client elsewhere. */
const DRAIN_MS = 1_000;

/** Lets clients go elsewhere. @returns once nobody is connected, or after a second. */
export type Drain = () => Promise<void>;

/**
 * Prepares a server for leaving without failing a request. A server that just closes its idle connections closes some on
 * which a request is on its way, and nobody may send a mutation twice. While it drains, every answer asks its client to
 * connect anew (RFC 9112, 9.6), readiness says no, and everything is still answered.
 */
export function addDrain(app: FastifyInstance): Drain {
  let isDraining = false;
  app.addHook('onRequest', async (request, reply) => {
    if (isDraining && request.url === '/health/ready') {
      await reply
        .code(503)
        .header('connection', 'close')
        .send({ status: 'not ready', reasons: ['stopping'] });
    }
  });
  app.addHook('onSend', async (_request, reply) => {
    if (isDraining) reply.header('connection', 'close');
  });
  return async () => {
    isDraining = true;
    const until = performance.now() + DRAIN_MS;
    while (performance.now() < until && (await connectionsOf(app)) > 0) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
}

function connectionsOf(app: FastifyInstance): Promise<number> {
  return new Promise((resolve) => {
    app.server.getConnections((_error, count) => resolve(count ?? 0));
  });
}
