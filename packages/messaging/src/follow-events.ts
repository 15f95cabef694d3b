import type { Logger } from '@switchboard/observability';
import type { Broker } from './broker.ts';
import { EphemeralConsumer, type PlacedEvent, type StartAt } from './ephemeral-consumer.ts';

/** What a follower is told. */
export interface FollowListener {
  event(event: PlacedEvent): void;
  /** Events are lost for good: the stream no longer holds what comes after the last one seen. */
  gap(): void;
  /** Events arrive from now on, those of an interruption first. */
  following?(): void;
  /** Events may be missing until `following`. */
  interrupted?(): void;
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
      this.listener.interrupted?.();
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
    const last = this.#last;
    const start: StartAt = last === undefined ? { from: 'now' } : { from: 'place', place: last + 1 };
    let isFirst = last !== undefined;
    const { consumer, before } = await EphemeralConsumer.open(
      this.broker,
      { filter: 'evt.>', start },
      {
        event: (record, place) => {
          this.#heard();
          // The server moves a start that it no longer holds to the nearest that it does.
          const isGap = isFirst && place !== (last ?? 0) + 1;
          isFirst = false;
          this.#last = place;
          if (isGap) this.#lost(last, place);
          if (record) this.listener.event({ record, place });
        },
        heartbeat: () => this.#heard(),
        broken: () => void this.#open(),
      },
    );
    if (this.#stopped) {
      consumer.end();
      return;
    }
    this.#consumer = consumer;
    this.#heard();
    // Known from the beginning: a link that breaks before the first event must not lose it.
    this.#last ??= before;
    this.listener.following?.();
  }

  #lost(last: number | undefined, place: number): void {
    this.logger.warn({ last, place }, 'events: some are lost');
    this.listener.gap();
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
      if (type === 'disconnect') this.listener.interrupted?.();
      // The consumer lived in the memory of a server that may have restarted.
      if (type === 'reconnect') void this.#open();
    }
  }
}
