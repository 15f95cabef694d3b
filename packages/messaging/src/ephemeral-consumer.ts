import { AckPolicy, type ConsumerInfo, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import { createInbox, type Msg, nanos, nuid, type Subscription } from '@nats-io/nats-core';
import type { Broker } from './broker.ts';
import { type EventRecord, fromMessage } from './event.ts';
import { EVENT_STREAM } from './permissions.ts';

/** Where reading begins: with the next event, at a place in the stream, or at a time. */
export type StartAt =
  | { readonly from: 'now' }
  | { readonly from: 'place'; readonly place: number }
  | { readonly from: 'time'; readonly time: Date };

/** An event at its place in the stream. Places grow; they have gaps where others' events stand. */
export interface PlacedEvent {
  readonly record: EventRecord;
  readonly place: number;
}

/** What a consumer tells whoever made it. */
export interface ConsumerListener {
  /** @param record undefined for a message that is no event. @param pending how many stand behind it right now. */
  event(record: EventRecord | undefined, place: number, pending: number): void;
  /** The server is there and has nothing to say. */
  heartbeat(): void;
  /** Messages were lost on the way, so that reading must begin again after the last good place. */
  broken(): void;
}

const HEARTBEAT_MS = 5_000;
// The least the server takes; it starts when nobody listens on the consumer's inbox any more.
const FORGOTTEN_AFTER_MS = 5_000;
const CREATE_TIMEOUT_MS = 3_000;
// NATS ADR-15: both are messages without payload and with this status; a reply subject asks for an answer.
const CONTROL_STATUS = 100;

/**
 * A consumer in the memory of the server that lives as long as somebody listens: nothing is acknowledged, nothing is
 * kept, and it costs one subscription. Order is checked by the consumer's own counting (NATS ADR-17).
 */
export class EphemeralConsumer {
  #delivered = 0;
  #ended = false;

  private constructor(
    private readonly broker: Broker,
    private readonly subscription: Subscription,
    private readonly listener: ConsumerListener,
  ) {}

  /**
   * @param filter such as `evt.>`.
   * @returns the consumer, how many events waited for it, and the place before its first where that is certain.
   * @throws Error when the broker cannot be asked.
   */
  static async open(
    broker: Broker,
    { filter, start }: { readonly filter: string; readonly start: StartAt },
    listener: ConsumerListener,
  ): Promise<{
    readonly consumer: EphemeralConsumer;
    readonly waiting: number;
    readonly before: number | undefined;
  }> {
    const inbox = createInbox(`_INBOX_${broker.user}`);
    const handler: { take?: (message: Msg) => void } = {};
    const subscription = broker.connection.subscribe(inbox, {
      callback: (error, message) => {
        if (!error) handler.take?.(message);
      },
    });
    const consumer = new EphemeralConsumer(broker, subscription, listener);
    handler.take = (message) => consumer.#take(message);
    try {
      const info = await create(broker, filter, start, inbox);
      const { consumer_seq, stream_seq } = info.delivered;
      // What it has delivered by the time it answers no longer waits.
      return {
        consumer,
        waiting: info.num_pending + consumer_seq,
        before: consumer_seq === 0 ? stream_seq : undefined,
      };
    } catch (thrown) {
      consumer.end();
      throw thrown;
    }
  }

  /** Nothing is told any more; the server forgets the consumer by itself. */
  end(): void {
    this.#ended = true;
    this.subscription.unsubscribe();
  }

  #take(message: Msg): void {
    if (this.#ended) return;
    if (message.headers?.code === CONTROL_STATUS) this.#control(message);
    else this.#deliver(message);
  }

  #control({ headers, reply }: Msg): void {
    const answerTo = reply || headers?.get('Nats-Consumer-Stalled');
    if (answerTo) this.broker.connection.publish(answerTo);
    const sent = Number(headers?.get('Nats-Last-Consumer') || this.#delivered);
    if (sent > this.#delivered) this.#broke();
    else this.listener.heartbeat();
  }

  #deliver(message: Msg): void {
    const position = positionOf(message.reply);
    if (!position) return;
    if (position.delivered === this.#delivered + 1) {
      this.#delivered = position.delivered;
      this.listener.event(readable(message), position.place, position.pending);
    } else this.#broke();
  }

  #broke(): void {
    this.end();
    this.listener.broken();
  }
}

async function create(broker: Broker, filter: string, start: StartAt, inbox: string): Promise<ConsumerInfo> {
  const manager = await jetstreamManager(broker.connection, {
    checkAPI: false,
    timeout: CREATE_TIMEOUT_MS,
  });
  return manager.consumers.add(EVENT_STREAM, {
    // Named, so that the broker sees in the subject that it is nobody else's.
    name: `${broker.user}-${nuid.next()}`,
    filter_subject: filter,
    deliver_subject: inbox,
    ack_policy: AckPolicy.None,
    max_deliver: 1,
    mem_storage: true,
    num_replicas: 1,
    flow_control: true,
    idle_heartbeat: nanos(HEARTBEAT_MS),
    inactive_threshold: nanos(FORGOTTEN_AFTER_MS),
    ...policyOf(start),
  });
}

function policyOf(start: StartAt) {
  if (start.from === 'place') {
    return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start.place };
  }
  if (start.from === 'time') {
    return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: start.time.toISOString() };
  }
  return { deliver_policy: DeliverPolicy.New };
}

/** The reply subject of a delivery: `$JS.ACK.[domain.account.]stream.consumer.tries.place.delivered.time.pending[.random]`. */
function positionOf(
  reply: string | undefined,
): { readonly place: number; readonly delivered: number; readonly pending: number } | undefined {
  const parts = reply?.split('.') ?? [];
  if (parts[0] !== '$JS' || parts[1] !== 'ACK' || parts.length < 9) return undefined;
  const first = parts.length === 9 ? 5 : 7;
  const [place, delivered, , pending] = parts.slice(first).map(Number);
  if (place === undefined || delivered === undefined || pending === undefined) return undefined;
  return { place, delivered, pending };
}

function readable({ subject, headers, data }: Msg): EventRecord | undefined {
  try {
    return fromMessage(subject, headers, data);
  } catch {
    return undefined;
  }
}
