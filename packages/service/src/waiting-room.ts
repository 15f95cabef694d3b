import { addHealthRoutes } from '@switchboard/subgraph';
import { fastify } from 'fastify';

/** What a service shows while it waits for what it needs to start. */
export interface WaitingRoom {
  /** Shown as the reason until the next one. */
  waitFor(reason: string): void;
  /** Frees the port. */
  close(): Promise<void>;
}

/**
 * Answers the probes on a service's port before the service does: alive, not ready, and why. Without it a deployment
 * sees a process that does not answer, ends it, and starts it again.
 */
export async function openWaitingRoom(options: { host: string; port: number }): Promise<WaitingRoom> {
  let reasons: readonly string[] = ['starting'];
  const app = fastify({ forceCloseConnections: true });
  // Whoever asks must not keep a connection to this server: the next answer is the service's.
  app.addHook('onSend', async (_request, reply) => void reply.header('connection', 'close'));
  addHealthRoutes(app, async () => reasons);
  await app.listen(options);
  return {
    waitFor(reason) {
      reasons = [reason];
    },
    close: () => app.close(),
  };
}
