import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { createLogger } from '@switchboard/observability';
import { freePort, startBroker, type TestBroker, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Broker } from './index.ts';

const logger = createLogger('test', { level: 'silent' });

let testBroker: TestBroker;
beforeAll(async () => {
  testBroker = await startBroker({ services: ['telephony'] });
});
afterAll(() => testBroker.stop());

/** The way to a broker, which can be cut. */
class Wire {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  /** How many of the next links end once the client has introduced itself, before the broker answers. */
  handshakesToCut = 0;

  constructor(
    readonly port: number,
    private readonly brokerPort: number,
  ) {}

  async open(): Promise<void> {
    const server = createServer((client) => this.#link(client));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.#server = server;
  }

  /** Ends every link, as a broker does that is killed. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server?.close();
  }

  #link(client: Socket): void {
    const broker = dial(this.brokerPort, '127.0.0.1');
    const isCut = this.handshakesToCut > 0;
    if (isCut) this.handshakesToCut -= 1;
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on('data', (bytes) => {
        if (isCut && from === client) client.destroy();
        else to.write(bytes);
      });
    }
  }
}

describe('a link to the broker', () => {
  it('that ends in the middle of its handshake is made anew within seconds', async () => {
    const wire = new Wire(await freePort(), testBroker.port);
    await wire.open();
    const broker = await Broker.connect({
      url: `nats://127.0.0.1:${wire.port}`,
      user: 'telephony',
      password: 'telephony',
      logger,
    });
    try {
      expect(await broker.isUp()).toBe(true);
      wire.handshakesToCut = 2;
      wire.cut();
      await waitFor('the second cut', () => wire.handshakesToCut === 0);
      await waitFor('the link', () => broker.isUp(), 15_000);
    } finally {
      await broker.close();
      wire.close();
    }
  }, 60_000);
});
