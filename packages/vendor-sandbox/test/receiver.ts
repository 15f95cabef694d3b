import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A callback that arrived. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A small HTTP server for tests: keeps what vendors send to it. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Waits until `count` requests fit, and answers them in the order of arrival. Fails after 5 s. */
  waitFor(count: number, fits?: (received: Received) => boolean): Promise<Received[]>;
  /** Statuses for the next answers; afterwards 200. */
  readonly nextStatuses: number[];
  close(): Promise<void>;
}

const WAIT_MAX_MS = 5_000;

/** Starts a receiver. `answer` makes the body of its answers. */
export async function startReceiver(answer: (received: Received) => string = () => ''): Promise<Receiver> {
  const received: Received[] = [];
  const nextStatuses: number[] = [];
  let arrived = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const item = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(item);
      response.writeHead(nextStatuses.shift() ?? 200).end(answer(item));
      arrived.resolve();
      arrived = Promise.withResolvers<void>();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    received,
    nextStatuses,
    async waitFor(count, fits = () => true) {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          const seen = received.map(({ path, body }) => `${path} ${body.slice(0, 200)}`).join('\n');
          reject(new Error(`waited for ${count} callbacks, had ${received.filter(fits).length}:\n${seen}`));
        }, WAIT_MAX_MS);
      });
      try {
        while (received.filter(fits).length < count) await Promise.race([arrived.promise, tooLate]);
      } finally {
        clearTimeout(timer);
      }
      return received.filter(fits);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
