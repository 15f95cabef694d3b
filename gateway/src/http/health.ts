import type { FastifyInstance } from 'fastify';

const PROBE_TIMEOUT_MS = 500;
/** Longer than connecting takes; whoever starts a gateway while the broker is away wants what it can do without. */
const LINKS_WAIT_MS = 10_000;

/** A part whose state is shown; the gateway itself is ready without it. */
export interface ProbedPart {
  readonly name: string;
  isReady(timeoutMs: number): Promise<boolean>;
}

export interface Probed {
  readonly services: () => readonly ProbedPart[];
  readonly links: readonly ProbedPart[];
}

/**
 * `GET /health/live` and `GET /health/ready`. The gateway is ready once its links were up for the first time, or did not
 * come up in time: with any of its parts down it still answers the rest. A new one beside others waits for its links
 * before it is sent requests that the others would answer.
 */
export function addHealthRoutes(app: FastifyInstance, { services, links }: Probed): void {
  const startedAt = performance.now();
  let isStarted = links.length === 0;
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const [servicesUp, linksUp] = await Promise.all([statesOf(services()), statesOf(links)]);
    isStarted ||=
      linksUp.every(([, state]) => state === 'up') || performance.now() - startedAt > LINKS_WAIT_MS;
    const parts = Object.fromEntries([...servicesUp, ...linksUp]);
    return isStarted ? { status: 'ready', parts } : reply.code(503).send({ status: 'starting', parts });
  });
}

function statesOf(parts: readonly ProbedPart[]) {
  return Promise.all(
    parts.map(async (part) => [part.name, (await part.isReady(PROBE_TIMEOUT_MS)) ? 'up' : 'down'] as const),
  );
}
