import type { Caller } from './caller.ts';
import { type EndReason, endedError } from './ended.ts';
import type { EventHub, Subscriber } from './event-hub.ts';
import { EventQueue, type QueueLimits } from './event-queue.ts';
import type { Resumed } from './resume.ts';
import type { StreamedEvent } from './streamed-event.ts';

/** One message to the client, in the form of a GraphQL response. */
export interface Told {
  readonly data?: unknown;
  readonly errors?: readonly unknown[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export interface SubscriptionParts {
  readonly caller: Caller;
  readonly hub: EventHub;
  readonly limits: QueueLimits;
  readonly types: ReadonlySet<string> | undefined;
  /** Whether the caller asked for this event and may know of it. */
  accepts(event: StreamedEvent): boolean;
  /** What the client is told of an event; undefined for nothing. */
  tell(event: StreamedEvent): Promise<Told | undefined>;
  /** What tells the client that it missed something. */
  readonly missed: Told;
  /** What happened since the event the client saw last. */
  readonly resume: (() => Promise<Resumed>) | undefined;
  /** Called when it ends before the client wanted it to, however slowly the client reads. */
  ended(reason: EndReason): void;
}

/**
 * One client's subscription: events wait in a bounded queue, and what the client selected is fetched only when it
 * takes the next one, so that a client that reads slowly costs a few ids.
 */
export class Subscription implements AsyncIterableIterator<Told>, Subscriber {
  readonly #queue: EventQueue;
  readonly #leave: () => void;
  readonly #forget: () => void;
  readonly #resumed: StreamedEvent[] = [];
  /** Events up to this place of the stream were told already. */
  #after = -1;
  #resume: (() => Promise<Resumed>) | undefined;
  #missed = false;
  #reason: EndReason | undefined;
  #isOver = false;
  #wake: () => void = () => {};

  constructor(private readonly parts: SubscriptionParts) {
    this.#queue = new EventQueue(parts.limits);
    this.#resume = parts.resume;
    // From here on nothing is missed: what happened before is read back afterwards.
    this.#leave = parts.hub.add(this);
    this.#forget = parts.caller.onEnd((reason) => this.end(reason));
  }

  get workspaceId(): string {
    return this.parts.caller.actor.workspaceId;
  }

  get types(): ReadonlySet<string> | undefined {
    return this.parts.types;
  }

  offer(event: StreamedEvent): void {
    if (this.#isOver || !this.parts.accepts(event)) return;
    if (this.#queue.push(event)) this.#wake();
    else this.end('TOO_SLOW');
  }

  missed(): void {
    this.#missed = true;
    this.#wake();
  }

  /** Nothing more is told but the reason. */
  end(reason: EndReason): void {
    if (this.#isOver) return;
    this.#reason = reason;
    this.#finish();
    this.parts.ended(reason);
  }

  /** @throws AppError that says why, where the stream ends before the client wanted it to. */
  async next(): Promise<IteratorResult<Told>> {
    try {
      while (!this.#isOver) {
        const told = await this.#nextTold();
        if (told && !this.#isOver) return { value: told, done: false };
      }
    } catch (thrown) {
      this.#finish();
      throw thrown;
    }
    const reason = this.#reason;
    this.#reason = undefined;
    if (reason) throw endedError(reason);
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<Told>> {
    this.#finish();
    return { value: undefined, done: true };
  }

  async throw(): Promise<IteratorResult<Told>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #nextTold(): Promise<Told | undefined> {
    if (this.#resume) await this.#begin(this.#resume);
    if (this.#missed) {
      this.#missed = false;
      return this.parts.missed;
    }
    const event = this.#resumed.shift() ?? this.#queue.take();
    if (!event) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      return undefined;
    }
    if (event.place <= this.#after) return undefined;
    this.#after = event.place;
    return (await this.parts.caller.check()) ? this.parts.tell(event) : undefined;
  }

  async #begin(resume: () => Promise<Resumed>): Promise<void> {
    this.#resume = undefined;
    const resumed = await resume();
    if (resumed.found) this.#resumed.push(...resumed.events);
    else this.#missed = true;
  }

  #finish(): void {
    this.#isOver = true;
    this.#leave();
    this.#forget();
    this.#queue.clear();
    this.#resumed.length = 0;
    this.#wake();
  }
}
