import type { Logger } from '@switchboard/observability';
import type { Broker } from './broker.ts';
import { EphemeralConsumer, type PlacedEvent, type StartAt } from './ephemeral-consumer.ts';

/** What a follower is told. */
export interface FollowListener {
  event(event: PlacedEvent): void;
  /** Events are lost for good: the stream no longer holds what comes after the last one seen. */
  gap(): void;
}

/** Longer than two heartbeats of the server: then the consumer is gone. */
const SILENCE_MS = 12_000;
const RETRY_MS = 500;

/**
 * Follows every event in the order of the stream, through one consumer that keeps nothing at the broker. After a
 * broken link or a restarted broker it goes on behind the last event it saw, as long as the stream holds it.
 */
export class EventFollower {
  #consumer: EphemeralConsumer | undefined;
  #last: number | undefined;
  #silence: NodeJS.Timeout | undefined;
  #opening: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(
    private readonly broker: Broker,
    private readonly listener: FollowListener,
    private readonly logger: Logger,
  ) {}

  /** Resolves once events arrive; it goes on trying for as long as the broker is away. */
  async start(): Promise<void> {
    void this.#watchLink();
    await this.#open();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#silence);
    this.#consumer?.end();
  }

  /** Opens a consumer behind the last event; a call while one is being opened makes one more after it. */
  #open(): Promise<void> {
    if (this.#opening) {
      this.#again = true;
      return this.#opening;
    }
    this.#opening = this.#openUntilItHolds().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openUntilItHolds(): Promise<void> {
    do {
      this.#again = false;
      this.#consumer?.end();
      this.#consumer = undefined;
      try {
        await this.#openOnce();
      } catch (err) {
        if (this.#stopped) return;
        this.logger.warn({ err }, 'events: not followed, trying again');
        this.#again = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    } while (this.#again && !this.#stopped);
  }

  async #openOnce(): Promise<void> {
    const wanted = this.#last;
    const start: StartAt = wanted === undefined ? { from: 'now' } : { from: 'place', place: wanted + 1 };
    const { consumer, before } = await EphemeralConsumer.open(
      this.broker,
      { filter: 'evt.>', start },
      {
        event: (record, place) => {
          this.#heard();
          this.#last = place;
          if (record) this.listener.event({ record, place });
        },
        heartbeat: () => this.#heard(),
        broken: () => void this.#open(),
      },
    );
    if (this.#stopped) return consumer.end();
    this.#consumer = consumer;
    this.#heard();
    // Where the first one is known: without it, an early break would begin again at the then newest.
    if (this.#last === undefined) this.#last = before;
    // The server moves a start that it does not hold to the nearest that it does.
    if (wanted !== undefined && before !== wanted) {
      this.logger.warn({ wanted, before }, 'events: some are lost');
      if (this.#last === wanted) this.#last = before;
      this.listener.gap();
    }
  }

  #heard(): void {
    clearTimeout(this.#silence);
    if (this.#stopped) return;
    this.#silence = setTimeout(() => void this.#open(), SILENCE_MS);
    this.#silence.unref();
  }

  async #watchLink(): Promise<void> {
    for await (const { type } of this.broker.connection.status()) {
      if (this.#stopped) return;
      // The consumer lived in the memory of a server that may have restarted.
      if (type === 'reconnect') void this.#open();
    }
  }
}
