import { createServer } from 'node:net';
import process from 'node:process';

/**
 * Below the range that systems hand out by themselves (from 32,768 on Linux, from 49,152 elsewhere). A port from there may be
 * gone before it is used: any `listen(0)` and any outgoing connection takes one, also while a broker that was killed
 * is away, whose clients may even connect to themselves.
 */
const FIRST = 30_200;
const PORTS_PER_WORKER = 280;
const WORKERS = 9;

// Workers of one test run never take the same; another run on this machine starts elsewhere.
const worker = Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS;
let next = Math.floor(Math.random() * PORTS_PER_WORKER);

/** A TCP port of this machine's loopback that nobody listens on, or is about to. @throws Error when there is none. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < PORTS_PER_WORKER; tried += 1) {
    const port = FIRST + worker * PORTS_PER_WORKER + (next % PORTS_PER_WORKER);
    next += 1;
    if (await isPortFree(port)) return port;
  }
  throw new Error('no free port');
}

/** Whether nobody listens on a port of loopback at this moment. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
