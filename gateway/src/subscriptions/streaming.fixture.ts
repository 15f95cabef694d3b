import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { jetstreamManager } from '@nats-io/jetstream';
import { type Broker, EVENT_STREAM } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { SmsReceivedSchema } from '@switchboard/proto-schemas/evt/telephony';
import {
  type PublishedEvent,
  publishEvent,
  startBroker,
  type TestBroker,
  waitFor,
} from '@switchboard/testing';
import { type Client, createClient, type SubscribePayload } from 'graphql-ws';
import WebSocket from 'ws';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';
import { EventLink } from './event-link.ts';
import type { SubscriptionLimits } from './subscriptions.ts';

/** What a client was told, and how it ended. */
export interface Stream {
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
  readonly told: any[];
  /** Set once the stream is over: the error, or `complete`. */
  readonly over: () => unknown;
  /** Resolves once the gateway knows. */
  stop(): Promise<void>;
}

export interface StreamingFixture extends GatewayFixture {
  readonly broker: TestBroker;
  /** The telephony service's link, which publishes. */
  readonly telephony: Broker;
  /** States that a text came in. @returns the event's id. */
  received(smsId: string, published?: Partial<PublishedEvent> & { sandbox?: boolean }): Promise<string>;
  publish<D extends DescMessage>(
    schema: D,
    payload: MessageInitShape<D>,
    published?: Partial<PublishedEvent>,
  ): Promise<string>;
  client(authorization?: string): Promise<Client>;
  subscribe(client: Client, payload: string | SubscribePayload): Stream;
  /** Subscribes and waits until the gateway has it, so that nothing said afterwards is missed. */
  listen(client: Client, payload: string | SubscribePayload): Promise<Stream>;
  consumers(): Promise<number>;
}

/** A gateway with a real broker; events are published by nobody but the test. */
export async function startStreaming(
  limits: Partial<SubscriptionLimits> = {},
  urls: { telephony?: string } = {},
): Promise<StreamingFixture> {
  const broker = await startBroker();
  const logger = createLogger('test', { level: 'silent' });
  const events = new EventLink({ url: broker.url, user: 'gateway', password: 'gateway', logger }, logger);
  const gateway = await startGateway(urls, { events, streamLimits: limits });
  const telephony = await broker.connect('telephony');
  await waitFor('events to be followed', () => events.isFollowing);
  const clients: Client[] = [];

  const fixture: StreamingFixture = {
    ...gateway,
    broker,
    telephony,
    received: (smsId, { sandbox = false, ...published } = {}) =>
      fixture.publish(SmsReceivedSchema, { smsId, sandbox }, published),
    publish: (schema, payload, published) =>
      publishEvent(telephony, schema, payload, { workspaceId: 'wsp_1', ...published }),
    async client(authorization) {
      const credential = authorization ?? `Bearer ${await gateway.token()}`;
      const client = createClient({
        url: `${gateway.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: credential },
        retryAttempts: 0,
      });
      clients.push(client);
      return client;
    },
    subscribe(client, payload) {
      const told: unknown[] = [];
      let over: unknown;
      const leave = client.subscribe(typeof payload === 'string' ? { query: payload } : payload, {
        next: (value) => told.push(value),
        error: (error) => {
          over = error;
        },
        complete: () => {
          over ??= 'complete';
        },
      });
      const stop = async () => {
        const open = gateway.gateway.subscriptionCount();
        leave();
        await waitFor('it to be gone', () => gateway.gateway.subscriptionCount() < open);
      };
      return { told, over: () => over, stop };
    },
    async listen(client, payload) {
      const before = gateway.gateway.subscriptionCount();
      const stream = fixture.subscribe(client, payload);
      await waitFor('the subscription', () => gateway.gateway.subscriptionCount() > before || stream.over());
      return stream;
    },
    async consumers() {
      const provisioner = await broker.connect('provisioner');
      const manager = await jetstreamManager(provisioner.connection, { checkAPI: false });
      let count = 0;
      for await (const { name } of manager.consumers.list(EVENT_STREAM)) {
        if (name.startsWith('gateway-')) count += 1;
      }
      await provisioner.close();
      return count;
    },
    async close() {
      await Promise.all(clients.map((client) => client.dispose()));
      await gateway.close();
      await events.close();
      await broker.stop();
    },
  };
  return fixture;
}
