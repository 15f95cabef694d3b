import { connect, createServer, type Server, type Socket } from 'node:net';

/** A place that connections are passed on to. */
export interface Target {
  readonly port: number;
}

/** Passes connections on to whoever is on its list, in turn, as a Service of Kubernetes does. */
export class Balancer {
  readonly #targets: Target[] = [];
  readonly #open = new Set<Socket>();
  #turn = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(): Promise<Balancer> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const balancer = new Balancer(server, address.port);
    server.on('connection', (client) => balancer.#pass(client));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  add(target: Target): void {
    this.#targets.push(target);
  }

  /** New connections go elsewhere; those that are open stay. */
  remove(target: Target): void {
    this.#targets.splice(this.#targets.indexOf(target), 1);
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #pass(client: Socket): void {
    const target = this.#targets[this.#turn++ % this.#targets.length];
    if (!target) return void client.destroy();
    const server = connect({ port: target.port, host: '127.0.0.1', allowHalfOpen: true });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(from);
      from.pipe(to);
      from.once('error', () => to.destroy());
      from.once('close', () => {
        this.#open.delete(from);
        to.end();
      });
    }
  }
}
