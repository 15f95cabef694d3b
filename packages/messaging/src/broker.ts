import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import type { Logger } from '@switchboard/observability';

export interface BrokerOptions {
  readonly url: string;
  /** The NATS user; also names the inbox, which no other user may read. */
  readonly user: string;
  readonly password: string;
  readonly logger: Logger;
}

const PING_INTERVAL_MS = 5_000;
const RECONNECT_WAIT_MS = 500;
// A broker that ends while the client introduces itself goes unnoticed until this is over: 20 s by default.
const HANDSHAKE_MS = 3_000;

/** One process's connection to the broker. It reconnects for ever: a broker that went away ends nobody. */
export class Broker {
  readonly js: JetStreamClient;

  private constructor(
    readonly connection: NatsConnection,
    readonly user: string,
  ) {
    // Services may not read account information, which the check would ask for.
    this.js = jetstream(connection, { checkAPI: false });
  }

  /** Connects, waiting for a broker that is not up yet. */
  static async connect({ url, user, password, logger }: BrokerOptions): Promise<Broker> {
    const connection = await connect({
      servers: url.split(','),
      user,
      pass: password,
      name: `switchboard-${user}`,
      inboxPrefix: `_INBOX_${user}`,
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      timeout: HANDSHAKE_MS,
      // The client's defaults notice a dead link after minutes.
      pingInterval: PING_INTERVAL_MS,
      maxPingOut: 2,
    });
    void report(connection, logger);
    return new Broker(connection, user);
  }

  /** Whether the link is up right now, as far as the client knows. */
  async isUp(timeoutMs = 1_000): Promise<boolean> {
    if (this.connection.isClosed()) return false;
    const answered = this.connection.rtt().then(
      () => true,
      () => false,
    );
    const late = new Promise<false>((resolve) => setTimeout(resolve, timeoutMs, false).unref());
    return Promise.race([answered, late]);
  }

  /** Ends the connection; what was handed to `publish` before is flushed if the broker is there. */
  async close(): Promise<void> {
    if (this.connection.isClosed()) return;
    const drained = this.connection.drain().catch(() => {});
    const late = new Promise((resolve) => setTimeout(resolve, 2_000).unref());
    await Promise.race([drained, late]);
    await this.connection.close().catch(() => {});
  }
}

async function report(connection: NatsConnection, logger: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') logger.warn('broker: disconnected');
    if (status.type === 'reconnect') logger.info('broker: reconnected');
    if (status.type === 'error') logger.warn({ err: status.error }, 'broker: error');
  }
}
