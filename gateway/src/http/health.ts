import type { FastifyInstance } from 'fastify';

const PROBE_TIMEOUT_MS = 500;

/** A part whose state is shown; the gateway itself is ready without it. */
export interface ProbedPart {
  readonly name: string;
  isReady(timeoutMs: number): Promise<boolean>;
}

/**
 * `GET /health/live` and `GET /health/ready`. The gateway is ready once its supergraph is loaded: with a
 * subgraph down it still answers the rest.
 */
export function addHealthRoutes(app: FastifyInstance, parts: () => readonly ProbedPart[]): void {
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async () => {
    const states = await Promise.all(
      parts().map(
        async (part) => [part.name, (await part.isReady(PROBE_TIMEOUT_MS)) ? 'up' : 'down'] as const,
      ),
    );
    return { status: 'ready', parts: Object.fromEntries(states) };
  });
}
