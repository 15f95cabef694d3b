import type { StreamedEvent } from './streamed-event.ts';

/** How much may wait for one subscription. */
export interface QueueLimits {
  readonly events: number;
  readonly bytes: number;
}

/** What waits for one subscription, within bounds. */
export class EventQueue {
  readonly #waiting: StreamedEvent[] = [];
  #bytes = 0;

  constructor(private readonly limits: QueueLimits) {}

  /** @returns whether there was room. */
  push(event: StreamedEvent): boolean {
    if (this.#waiting.length >= this.limits.events || this.#bytes + event.size > this.limits.bytes)
      return false;
    this.#waiting.push(event);
    this.#bytes += event.size;
    return true;
  }

  take(): StreamedEvent | undefined {
    const event = this.#waiting.shift();
    if (event) this.#bytes -= event.size;
    return event;
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#bytes = 0;
  }
}
