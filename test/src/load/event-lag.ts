import type { Broker } from '@switchboard/messaging';

/**
 * Listens to every event and notes how long after it was stated it reached a subscriber: the rest of its
 * transaction, the outbox, the relay and the broker. One machine, so one clock.
 */
export class EventLag {
  #lagsMs: number[] = [];

  constructor(broker: Broker) {
    broker.connection.subscribe('evt.>', {
      callback: (error, message) => {
        const statedAt = Date.parse(message?.headers?.get('ce-time') ?? '');
        if (!error && !Number.isNaN(statedAt)) this.#lagsMs.push(Date.now() - statedAt);
      },
    });
  }

  /** @returns the lags noted since the last call, in milliseconds. */
  take(): readonly number[] {
    const lags = this.#lagsMs;
    this.#lagsMs = [];
    return lags;
  }
}
