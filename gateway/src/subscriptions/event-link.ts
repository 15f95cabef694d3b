import { AppError } from '@switchboard/errors';
import {
  Broker,
  type BrokerOptions,
  EventFollower,
  type FollowListener,
  type ReadOptions,
  type ReadResult,
  readEvents,
} from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';

/** Where subscriptions get events from. */
export interface EventSource {
  /** Follows all events from now on. */
  open(listener: FollowListener): void;
  /** @throws AppError UNAVAILABLE when the broker is away. */
  read(options: ReadOptions): Promise<ReadResult>;
}

/** Nothing ever happens. */
export const NO_EVENTS: EventSource = {
  open: () => {},
  read: async () => ({ events: [], complete: true }),
};

/**
 * The gateway's link to the event stream. A connection of its own: questions to auth must not wait behind a flood of
 * events.
 */
export class EventLink implements EventSource {
  #broker: Broker | undefined;
  #follower: EventFollower | undefined;
  #isClosed = false;
  #isFollowing = false;

  constructor(
    private readonly options: BrokerOptions,
    private readonly logger: Logger,
  ) {}

  /** Starts connecting and returns at once: everything else works without a broker. */
  open(listener: FollowListener): void {
    void Broker.connect(this.options).then(
      (broker) => (this.#isClosed ? broker.close() : this.#follow(broker, listener)),
      (err: unknown) => this.logger.error({ err }, 'broker: events not followed'),
    );
  }

  /** Whether events arrive, as far as this process knows. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  async read(options: ReadOptions): Promise<ReadResult> {
    try {
      if (!this.#broker) throw new Error('no link to the broker yet');
      return await readEvents(this.#broker, options);
    } catch (cause) {
      throw new AppError('UNAVAILABLE', 'Events cannot be read back', {
        publicMessage: 'Events cannot be read back at the moment. Try again.',
        retryAfterMs: 1_000,
        cause,
      });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#follower?.stop();
    await this.#broker?.close();
  }

  async #follow(broker: Broker, listener: FollowListener): Promise<void> {
    this.#broker = broker;
    this.#follower = new EventFollower(broker, listener, this.logger);
    await this.#follower.start();
    this.#isFollowing = true;
  }
}
