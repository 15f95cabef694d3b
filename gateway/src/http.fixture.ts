import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface Stub {
  readonly url: string;
  close(): Promise<void>;
}

/** A plain HTTP server on a free port. */
export async function startStub(listener: RequestListener): Promise<Stub> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * Sends many requests over one connection without waiting in between.
 * @param mark a piece of text that each answer is meant to hold.
 * @returns how many did.
 */
export async function answersOf(url: string, mark: string, bodies: readonly string[]): Promise<number> {
  const { host, hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const heads = `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: `;
  socket.write(bodies.map((body) => `${heads}${Buffer.byteLength(body)}\r\n\r\n${body}`).join(''));
  const count = (text: string, word: string) => text.split(word).length - 1;
  let received = '';
  for await (const chunk of socket) {
    received += chunk;
    // Every operation's answer ends with what it cost.
    if (count(received, '"remaining":') >= bodies.length) break;
  }
  socket.destroy();
  return count(received, mark);
}
